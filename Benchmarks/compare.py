#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times AdamProbe's training step beside PyTorch's on the CPU, one thread each, and prints a Markdown table.

Both sides get the same data, initial parameters and batch order; the script checks that they compute the same thing before it
times them. Short runs of both alternate, and each ratio is taken within a pair of neighbouring runs, so that a change of load or clock
frequency touches both.

Needs torch, numpy and safetensors, for example in a virtual environment:

    python3 -m venv .build-python && .build-python/bin/pip install torch numpy safetensors
    .build-python/bin/python Benchmarks/compare.py
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

try:
    import numpy as np
    import torch
    from safetensors.numpy import load_file, save_file
except ImportError as error:
    sys.exit(f"{error}\n{__doc__}")

from torch_probes import NodeProbe

HERE = Path(__file__).resolve().parent
SEED = 1
BATCH = 64
RATE, L2 = 1e-3, 5e-4
# Steps of the check: one run each from the same state.
CHECK_STEPS = 300
# float64: rounding differs in the order of sums and in fused multiply-adds (2^-53 each), and 300 steps of Adam carry it on.
# float32: the same at 2^-24; Adam divides by the root of a second moment that may itself be little more than rounding noise.
TOLERANCE = {"float64": 1e-12, "float32": 1e-3}


# --- the two cases; StepCase.swift describes the same ---------------------------------------------------------------------------

def make_mnist(generator):
    """60,000 images in MNIST's shape and share of ink: ten fixed shapes under noise, and their class."""
    count, features = 60_000, 784
    inked = generator.random((10, features)) < 0.191
    classes = generator.integers(0, 10, count)
    noise = generator.integers(0, 256, (count, features), dtype=np.uint8)
    inputs = np.where(inked[classes], noise, 0).astype(np.uint8)
    order = np.concatenate([generator.permutation(count)[: count // BATCH * BATCH].reshape(-1, BATCH) for _ in range(2)])
    return inputs, classes.astype(np.int64), order.astype(np.int64)


def make_tiny(generator):
    """64 points of a square, all of them every step; the target is |x0| - |x1|."""
    inputs = generator.uniform(-1, 1, (BATCH, 2)).astype(np.float32).astype(np.float64)
    targets = np.abs(inputs[:, :1]) - np.abs(inputs[:, 1:])
    return inputs, targets, np.arange(BATCH, dtype=np.int64)[None, :]


def mnist_model():
    return torch.nn.Sequential(
        torch.nn.Linear(784, 1000, bias=False), torch.nn.BatchNorm1d(1000), torch.nn.ReLU(), torch.nn.Linear(1000, 10))


def tiny_model():
    return torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))


CASES = {
    "mnist-step": (make_mnist, mnist_model, torch.nn.CrossEntropyLoss),
    "tiny-step": (make_tiny, tiny_model, torch.nn.MSELoss),
}


class Case:
    """Data, order and initial parameters of a case, in files for one side and in tensors for the other."""

    def __init__(self, name, parent):
        self.name = name
        self.make_model, self.make_loss = CASES[name][1:]
        self.folder = Path(parent) / name
        self.folder.mkdir()
        self.inputs, self.targets, self.order = CASES[name][0](np.random.default_rng(SEED))
        torch.manual_seed(SEED)
        # float32 values, so that both precisions start from the same numbers.
        self.initial = {key: value.numpy() for key, value in self.make_model().state_dict().items()}
        np.save(self.folder / "inputs.npy", self.inputs)
        np.save(self.folder / "targets.npy", self.targets)
        np.save(self.folder / "order.npy", self.order)
        save_file(self.initial, self.folder / "initial.safetensors")

    def tensors(self, precision):
        dtype = getattr(torch, precision)
        inputs = torch.from_numpy(self.inputs).to(dtype)
        if self.inputs.dtype == np.uint8:
            inputs /= 255
        targets = torch.from_numpy(self.targets)
        return inputs, targets if targets.dtype == torch.int64 else targets.to(dtype)


# --- their side -------------------------------------------------------------------------------------------------------------------

class TorchRun:
    """The training loop as its users write it: eager, fused Adam, coupled L2 on the weights alone."""

    def __init__(self, case, precision, probed):
        self.inputs, self.targets = case.tensors(precision)
        self.order = torch.from_numpy(case.order)
        self.whole = len(self.order) == 1
        self.model = case.make_model().to(getattr(torch, precision))
        self.model.load_state_dict({key: torch.from_numpy(value) for key, value in case.initial.items()})
        self.loss = case.make_loss()
        weights = [p for p in self.model.parameters() if p.ndim == 2]
        others = [p for p in self.model.parameters() if p.ndim != 2]
        self.optimizer = torch.optim.Adam(
            [{"params": weights, "weight_decay": L2}, {"params": others, "weight_decay": 0}], lr=RATE, fused=True)
        self.probe = NodeProbe(self.model, self.optimizer, RATE, L2) if probed else None
        self.step = 0

    def run(self, steps, clock=time.perf_counter_ns):
        """Makes steps and returns the clock's nanoseconds a step."""
        start = clock()
        for _ in range(steps):
            if self.whole:
                inputs, targets = self.inputs, self.targets
            else:
                rows = self.order[self.step % len(self.order)]
                inputs, targets = self.inputs[rows], self.targets[rows]
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.model(inputs), targets).backward()
            if self.probe:
                self.probe.before_update(self.step + 1)
            self.optimizer.step()
            if self.probe:
                self.probe.after_update()
            self.step += 1
        return (clock() - start) / steps

    def parameters(self):
        return {key: value.numpy() for key, value in self.model.state_dict().items()}


# --- our side ---------------------------------------------------------------------------------------------------------------------

def build():
    subprocess.run(["swift", "build", "-c", "release", "--product", "steptime"], cwd=HERE, check=True, stdout=sys.stderr)
    path = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=HERE, check=True, capture_output=True, text=True).stdout.strip()
    return Path(path) / "steptime"


def steptime(program, case, precision, probes, steps, repetitions=1, warmup=0, model=None):
    command = [
        program, case.name, "--data", case.folder, "--precision", precision, "--probes", str(probes), "--threads", "1",
        "--steps", str(steps), "--repetitions", str(repetitions), "--warmup", str(warmup)]
    if model:
        command += ["--model", model]
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)


# --- checks and timing --------------------------------------------------------------------------------------------------------------

def difference(ours, theirs):
    """Largest max|difference| / max|value| over the tensors."""
    worst = 0.0
    for name, theirs_values in theirs.items():
        if not np.issubdtype(theirs_values.dtype, np.floating):
            continue
        a, b = ours[name].astype(np.float64), theirs_values.astype(np.float64)
        if a.shape != b.shape:
            sys.exit(f"{name} has shape {a.shape} here and {b.shape} there")
        worst = max(worst, float(np.abs(a - b).max() / np.abs(b).max()))
    return worst


def check(program, case, precision):
    """Stops unless both sides end the same run at the same parameters."""
    theirs = TorchRun(case, precision, probed=False)
    theirs.run(CHECK_STEPS)
    path = case.folder / f"final.{precision}.safetensors"
    steptime(program, case, precision, probes=10, steps=CHECK_STEPS, model=path)
    worst = difference(load_file(path), theirs.parameters())
    print(f"- {case.name}, {precision}: {worst:.1e} (at most {TOLERANCE[precision]:.0e})", flush=True)
    if not worst <= TOLERANCE[precision]:
        sys.exit("the two sides do not compute the same thing")


# Steps timed a run, ours and theirs: about half a second, early in the training, where no weight is subnormal yet.
STEPS = {"mnist-step": (100, 100), "tiny-step": (20_000, 1_000)}
WARMUP = {"mnist-step": 20, "tiny-step": 200}

# case, precision, our probes, torch probed, least ratio that the project promises.
ROWS = [
    ("mnist-step", "float32", "none", False, None),
    ("mnist-step", "float32", 10, False, 1.0),
    ("mnist-step", "float32", 1, True, None),
    ("mnist-step", "float64", 10, False, None),
    ("tiny-step", "float32", 1, False, 50),
    ("tiny-step", "float64", 1, False, 50),
    ("tiny-step", "float32", 1, True, None),
]


# Our key and their clock, by what is measured.
CLOCKS = {"wall": ("nsPerStep", time.perf_counter_ns), "cpu": ("processorNsPerStep", time.process_time_ns)}


def time_row(program, case, precision, probes, probed, pairs, clock):
    """Nanoseconds a step of interleaved runs, ours and theirs; who goes first alternates."""
    our_steps, their_steps = STEPS[case.name]
    key, their_clock = CLOCKS[clock]
    ours, theirs = [], []

    def run_ours():
        report = steptime(program, case, precision, probes, our_steps // 5, repetitions=5, warmup=WARMUP[case.name])
        ours.append(report[key])

    def run_theirs():
        run = TorchRun(case, precision, probed)
        run.run(WARMUP[case.name])
        theirs.append(statistics.median(run.run(their_steps // 5, their_clock) for _ in range(5)))

    for pair in range(pairs):
        for run in (run_ours, run_theirs) if pair % 2 == 0 else (run_theirs, run_ours):
            run()
    return ours, theirs


def processor():
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def microseconds(nanoseconds):
    value = nanoseconds / 1000
    return f"{value:.0f} µs" if value >= 100 else f"{value:.3g} µs"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9, help="pairs of runs a row (9)")
    parser.add_argument("--case", choices=CASES, action="append", help="only this case")
    parser.add_argument(
        "--clock", choices=CLOCKS, default="wall",
        help="wall time, or the processor time of the process: on a busy machine it leaves out the waiting for a processor")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    program = build()
    with tempfile.TemporaryDirectory() as parent:
        cases = {name: Case(name, parent) for name in arguments.case or CASES}
        print(f"Largest relative difference of a parameter after {CHECK_STEPS} steps:\n")
        for case in cases.values():
            for precision in ("float64", "float32"):
                check(program, case, precision)
        load = os.getloadavg()[0]
        blas = steptime(program, next(iter(cases.values())), "float32", "none", 1)["blas"]
        print(f"\n{processor()}, {os.cpu_count()} CPUs, one thread each, load {load:.1f} at the start; AdamProbe with {blas}; "
              f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}. {arguments.clock.capitalize()} time a step, medians of {arguments.pairs} interleaved pairs; "
              "the ratio is PyTorch's time / ours, pair by pair (median, min–max).\n")
        print("| case | precision | our probes | PyTorch's probes | ours | PyTorch | ratio | target |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for name, precision, probes, probed, target in ROWS:
            if name not in cases:
                continue
            ours, theirs = time_row(program, cases[name], precision, probes, probed, arguments.pairs, arguments.clock)
            ratios = [their / our for our, their in zip(ours, theirs)]
            cadence = {"none": "none", 1: "every step"}.get(probes, f"every {probes} steps")
            print(f"| {name} | {precision} | {cadence} | {'every step' if probed else 'none'} | "
                  f"{microseconds(statistics.median(ours))} | {microseconds(statistics.median(theirs))} | "
                  f"{statistics.median(ratios):.3g} ({min(ratios):.3g}–{max(ratios):.3g}) | {f'≥ {target}' if target else '–'} |",
                  flush=True)


if __name__ == "__main__":
    main()
