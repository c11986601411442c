# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of whole programs: a training from start to end, a sweep on two cores, how soon help is there, the quick verification."""
import json
import os
import resource
import shutil
import statistics
import subprocess
import time

import numpy as np
from safetensors.numpy import load_file, save_file

from .cases import BATCH, SEED, mnist_parameters
from .context import say
from .measuring import Row, rounds
from .mnist_files import images, labels, mnist_folder
from .programs import call, environment, processors

JOB = """\
seed: 1
precision: float32
data: {source: mnist}
network: [{dense: {units: 1000, bias: false}}, batchNorm, relu, {dense: 10}]
initial: %(folder)s/initial.safetensors
optimizer: {adam: {learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8}}
l2: 0.0005
schedule: {step: {everyEpochs: 25, factor: 0.5}}
batch: 64
order: %(folder)s/order.npy
epochs: %(epochs)d
probe: {every: 10}
threads: %(threads)d
"""
# Of 60,000 samples in batches of 64.
STEPS_PER_EPOCH = 938
SWEEP = """\
base: paper/digits-adam
set: {steps: 4000}
axes:
  seed: {range: [1, 16]}
"""


def job_case(context, source, epochs):
    """MNIST in the files of a case: a new order each epoch, its last batch filled up, and the learning rate halved after every 25 epochs."""
    folder = context.folder / "cases" / f"job-{epochs}"
    if (folder / "case.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    for name, prefix in (("", "train"), ("test-", "t10k")):
        np.save(folder / f"{name}inputs.npy", images(source, prefix))
        np.save(folder / f"{name}targets.npy", labels(source, prefix))
    epoch = [np.concatenate([order, order[:-60_000 % BATCH]]) for order in (random.permutation(60_000) for _ in range(epochs))]
    np.save(folder / "order.npy", np.concatenate(epoch).reshape(-1, BATCH).astype(np.int64))
    save_file(mnist_parameters(random), folder / "initial.safetensors")
    (folder / "case.json").write_text(json.dumps({
        "network": "mnist-step", "optimizer": "adam", "learningRate": 1e-3, "epsilon": 1e-8, "halving": 25 * STEPS_PER_EPOCH}))
    return folder


def elapsed(command, threads, **options):
    """Wall nanoseconds of a program."""
    start = time.perf_counter_ns()
    call(command, threads, **options)
    return time.perf_counter_ns() - start


def dead_share(model):
    """Nodes whose incoming weights are gone: a norm under 1e-15."""
    return int((np.linalg.norm(model["0.weight"].astype(np.float64), axis=1) < 1e-15).sum())


def job(context, epochs):
    """The known set-up on MNIST with probes at every tenth step, whole processes on two cores; torch compiles before its clock starts."""
    source = mnist_folder()
    if source is None:
        say("no MNIST here (adamprobe data fetch mnist, or ADAMPROBE_DATA): the whole job is left out")
        return []
    folder, threads = job_case(context, source, epochs), min(2, len(os.sched_getaffinity(0)))
    runs = {"": JOB}
    if context.compacts:
        runs[" with compaction"] = JOB + "compaction: true\n"
    rows_of = {}
    variables = {**environment(threads), "ADAMPROBE_DATA": str(source.parent)}

    def ours(name):
        def run():
            (folder / "job.yaml").write_text(runs[name] % {"folder": folder, "epochs": epochs, "threads": threads})
            shutil.rmtree(folder / "run", ignore_errors=True)
            start = time.perf_counter_ns()
            subprocess.run(
                [context.adamprobe, "run", folder / "job.yaml", "--out", folder / "run", "--quiet"], check=True, stdout=subprocess.DEVNULL,
                env=variables, preexec_fn=lambda: os.sched_setaffinity(0, processors(threads)))
            nanoseconds = time.perf_counter_ns() - start
            summary = json.loads((folder / "run" / "summary.json").read_text())
            model = load_file(folder / "run" / "model.safetensors")
            rows_of["ours" + name] = f"ours{name}: test error {summary['testError']:.4f}, {dead_share(model)} nodes gone"
            return nanoseconds
        return run

    def theirs():
        answer = context.peer("torch_job", threads).ask(
            do="job", case=str(folder), precision="float32", probes=10, epochs=epochs, stepsPerEpoch=STEPS_PER_EPOCH)
        rows_of["theirs"] = f"torch: test error {answer['testError']:.4f}, {answer['gone']} nodes gone; {answer['name']}"
        return answer["nanoseconds"]

    times = rounds(min(3, context.pairs), [*(ours(name) for name in runs), theirs])
    context.release()
    return [
        Row(f"job/{epochs}{'/compaction' if name else ''}", f"MNIST, {epochs} epochs, probes at every 10th step{name}, {threads} threads",
            "torch, compiled", "training", series, times[-1], 2 if name else None, ("mnist-step, probes 10", "float32", threads),
            f"{rows_of['ours' + name]}; {rows_of['theirs']}{'; the limit has all nodes living' if name else ''}", times=epochs * STEPS_PER_EPOCH)
        for name, series in zip(runs, times)]


def sweep(context):
    """Sixteen runs on the digits, two at a time against one at a time."""
    file = context.folder / "sweep.yaml"
    file.write_text(SWEEP)

    def run(jobs):
        def timed():
            out = context.folder / "sweep"
            shutil.rmtree(out, ignore_errors=True)
            return elapsed([context.adamprobe, "sweep", file, "--out", out, "--jobs", jobs, "--quiet"], 2)
        return timed

    two, one = rounds(min(3, context.pairs), [run(2), run(1)])
    return [Row("sweep", "a sweep of 16 runs on the digits, 2 cores", "the same, one run at a time", "sweep", two, one, 1.9,
                least=statistics.median(one) / 2, bound="two cores: half the time of one run at a time")]


def start(context):
    """How soon help is there."""
    times = [min(elapsed([context.adamprobe, "--help"], 1) for _ in range(3)) for _ in range(context.pairs)]
    empty = min(elapsed(["true"], 1) for _ in range(3 * context.pairs))
    return [Row("start", "adamprobe --help", "50 ms", "call", times, [50e6] * len(times), 1, least=empty, bound="the start of an empty program's process")]


def verify(context):
    """The quick verification."""
    def run():
        out = context.folder / "verification"
        shutil.rmtree(out, ignore_errors=True)
        before = processor_nanoseconds()
        return elapsed([context.adamprobe, "verify", "--quick", "--quiet", "--out", out], 2), processor_nanoseconds() - before

    times, work = zip(*(run() for _ in range(1 if context.quick else 3)))
    return [Row("verify", "adamprobe verify --quick, 2 cores", "60 s", "call", list(times), [60e9] * len(times), 1,
                least=statistics.median(work) / 2, bound="its own processor time shared out evenly over two cores")]


def processor_nanoseconds():
    """Processor time of all ended child processes."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e9 * (usage.ru_utime + usage.ru_stime)
