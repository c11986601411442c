# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast do thousands of small networks train at once, against JAX?

The same networks for both, from the same initial parameters: 2-8-1 and 8-32-1, ReLU, mean squared error, all 64 samples a step, Adam with L2 on
the weights; 4,096 members that differ in their seeds alone, or besides on a grid of α, λ and ε. JAX compiles a scan over steps, vectorised over
members, once; its forms (all members in one `vmap`, members in blocks that stay in the cache, members as the last axis of arrays) are tried
first. First both make the same steps and must agree to rounding, for JAX's compiler fuses multiply-adds. Then short runs of ours and theirs
alternate on one core, and each ratio is taken within a pair. Compiling, reading and drawing weights are not timed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

# One core for everything that follows, children included; XLA must not start a pool of its own.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from comparison.machine import processor  # noqa: E402
from comparison.programs import BENCHMARKS, built  # noqa: E402

SEED = 20181219
SAMPLES = 64
CHECK_STEPS = 300
# |difference| of parameters after CHECK_STEPS over the largest |w|: the median and the 99.9 % quantile over all members. In float64 both sides agree
# to a few units in the last place; float32 has the same code, 10⁹ times the rounding, and samples that come to lie on one side of a node's edge
# here and on the other there, which sets some members apart.
TOLERANCE = {"float64": (1e-15, 1e-12), "float32": (2e-5, 2e-2)}
# Hidden widths and the steps of a timed run, by name.
NETWORKS = {"2-8-1": (2, 8, 200), "8-32-1": (8, 32, 40)}


def samples(features):
    """Points in a cube; the target is Σ ±|x|, the signs in turns."""
    random = np.random.default_rng(SEED)
    inputs = random.uniform(-1, 1, (SAMPLES, features))
    signs = np.where(np.arange(features) % 2 == 0, 1, -1)
    return inputs, (np.abs(inputs) * signs).sum(1, keepdims=True)


def members(count, kind):
    """Columns seed, α, λ, ε, β₁, β₂: PyTorch's defaults and λ = 5e-4, or a grid of 16 values each of α, λ and ε, all with one seed."""
    if kind == "seeds":
        numbers = np.tile([0, 1e-3, 5e-4, 1e-8, 0.9, 0.999], (count, 1))
        numbers[:, 0] = np.arange(count)
        return numbers
    side = round(count ** (1 / 3))
    alpha, l2, epsilon = (np.logspace(*ends, side) for ends in ((-4, -2), (-5, -2), (-10, -5)))
    axes = [axis.ravel() for axis in np.meshgrid(alpha, l2, epsilon, indexing="ij")]
    ones = np.ones(side ** 3)
    return np.stack([ones, *axes, 0.9 * ones, 0.999 * ones], 1)


class JAXRun:
    """A scan over steps in one of several forms; state as carry, compiled once."""

    FORMS = ("vmap", "vmap, 16 at a time", "vmap, 256 at a time", "members last, 256 at a time")

    def __init__(self, form, case, dtype):
        self.name, self.shape, self.count = form, case.shape, len(case.members)
        self.last = form.startswith("members last")
        block = int(form.split(", ")[1].split(" ")[0]) if "," in form else self.count
        inputs, targets = (jnp.asarray(x, dtype) for x in (case.inputs, case.targets))
        numbers = case.members.astype(np.float64)
        hyper = [np.asarray(numbers[:, column], dtype) for column in (1, 2, 3)]
        beta1, beta2 = numbers[0, 4], numbers[0, 5]
        features, hidden = case.shape
        cuts = np.cumsum([hidden * features, hidden, hidden])
        flat = case.initial.astype(dtype)
        w1, b1, w2, b2 = np.split(flat, cuts, axis=1)
        tensors = [w1.reshape(-1, hidden, features), b1, w2.reshape(-1, 1, hidden), b2]
        if self.last:
            # [blocks, ..., members of a block].
            arrange = lambda x: np.moveaxis(x.reshape(self.count // block, block, *x.shape[1:]), 1, -1)  # noqa: E731
        else:
            arrange = lambda x: x.reshape(self.count // block, block, *x.shape[1:])  # noqa: E731
        self.parameters = tuple(jnp.asarray(np.ascontiguousarray(arrange(x))) for x in tensors)
        # Where members differ in the seed alone, the hyper-parameters are constants for the compiler.
        alike = all((x == x[0]).all() for x in hyper)
        self.hyper = () if alike else tuple(jnp.asarray(arrange(x)) for x in hyper)
        constants = tuple(dtype.type(x[0]) for x in hyper)

        def one_loss(parameters):
            w1, b1, w2, b2 = parameters
            return jnp.mean((jax.nn.relu(inputs @ w1.T + b1) @ w2.T + b2 - targets) ** 2)

        def last_loss(parameters):
            w1, b1, w2, b2 = parameters
            z = sum(inputs[:, k, None, None] * w1[:, k] for k in range(features)) + b1
            difference = (jax.nn.relu(z) * w2[0]).sum(1) + b2 - targets
            return jnp.sum(jnp.mean(difference ** 2, 0))

        gradient = jax.grad(last_loss if self.last else one_loss)

        def train(parameters, hyper, steps):
            alpha, l2, epsilon = hyper or constants

            def step(carry, count):
                parameters, first, second = carry
                correction1, correction2 = 1 - beta1 ** count, 1 - beta2 ** count
                decay = (l2, 0, l2, 0)
                g = [d + c * w if i % 2 == 0 else d for i, (d, c, w) in enumerate(zip(gradient(parameters), decay, parameters))]
                first = tuple(m + (1 - beta1) * (x - m) for m, x in zip(first, g))
                second = tuple(beta2 * v + (1 - beta2) * x * x for v, x in zip(second, g))
                parameters = tuple(
                    w - alpha / correction1 * m / (jnp.sqrt(v) / jnp.sqrt(correction2) + epsilon)
                    for w, m, v in zip(parameters, first, second))
                return (parameters, first, second), None

            zeros = tuple(jnp.zeros_like(x) for x in parameters)
            counts = jnp.arange(1, steps + 1).astype(dtype)
            return jax.lax.scan(step, (parameters, zeros, zeros), counts)[0][0]

        def blocks(parameters, hyper, steps):
            run = partial(train, steps=steps)
            body = run if self.last else jax.vmap(run)
            if block == self.count:
                return jax.tree.map(lambda x: x[None], body(*jax.tree.map(lambda x: x[0], (parameters, hyper))))
            return jax.lax.map(lambda pair: body(*pair), (parameters, hyper))

        self.function = jax.jit(blocks, static_argnames="steps")

    def run(self, steps):
        return jax.block_until_ready(self.function(self.parameters, self.hyper, steps))

    def flat(self, steps):
        """The parameters as [members, parameters], in the order of our files."""
        tensors = [np.asarray(x, np.float64) for x in self.run(steps)]
        if self.last:
            tensors = [np.moveaxis(x, -1, 1) for x in tensors]
        return np.concatenate([x.reshape(self.count, -1) for x in tensors], axis=1)


class Case:
    """One network and kind of ensemble, with its files."""

    def __init__(self, folder, network, kind, count):
        self.network, self.kind, self.folder = network, kind, Path(folder) / f"{network}-{kind}"
        features, hidden, self.steps = NETWORKS[network]
        self.shape = (features, hidden)
        self.inputs, self.targets = samples(features)
        self.members = members(count, kind)
        self.folder.mkdir()
        for name in ("inputs", "targets", "members"):
            np.save(self.folder / f"{name}.npy", getattr(self, name))

    def load_initial(self, program, precision):
        file = self.folder / "initial.npy"
        ensembletime(program, self, precision, 1, "--repetitions", 1, "--initial", file)
        self.initial = np.load(file)

    def limit(self, arithmetic):
        """Least nanoseconds a member-step at the machine's rates: the products' multiply-adds at the peak, each parameter's divisions and root."""
        features, hidden = self.shape
        # Forward and weight gradients of both layers, and the output's gradient through the second.
        multiply_adds = SAMPLES * (2 * hidden * features + 3 * hidden)
        parameters = hidden * features + 2 * hidden + 1
        divisions = parameters * 2 * arithmetic["nanosecondsPerDivision"] + parameters * arithmetic["nanosecondsPerRoot"]
        return 2 * multiply_adds / arithmetic["gigaflops"] + divisions


def ensembletime(program, case, precision, steps, *options):
    command = [program, "--data", case.folder, "--hidden", case.shape[1], "--precision", precision, "--steps", steps, *options]
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)


def agree(program, case, precision, theirs):
    """Median, 99.9 % quantile and largest difference of both sides' parameters; ends the comparison if they are not the same computation."""
    final = case.folder / "final.npy"
    ensembletime(program, case, precision, CHECK_STEPS, "--repetitions", 1, "--final", final)
    ours = np.load(final)
    difference = np.abs(ours - theirs.flat(CHECK_STEPS)) / np.abs(ours).max()
    found = [float(x) for x in np.quantile(difference, [0.5, 0.999, 1])]
    if not all(x <= y for x, y in zip(found, TOLERANCE[precision])):
        sys.exit(f"{case.network} {case.kind} {precision}: JAX ({theirs.name}) differs by {found}, accepted {TOLERANCE[precision]}")
    return found


CLOCKS = {"wall": ("nsPerMemberStep", time.perf_counter_ns), "cpu": ("processorNsPerMemberStep", time.process_time_ns)}


def time_theirs(theirs, steps, clock, repetitions=1):
    """Nanoseconds a member-step; the function is compiled already."""
    now, times = CLOCKS[clock][1], []
    for _ in range(repetitions):
        start = now()
        theirs.run(steps)
        times.append((now() - start) / (steps * theirs.count))
    return statistics.median(times)


def best_form(case, dtype, clock):
    """The form that is fastest in one run, and what each took."""
    times = {}
    for form in JAXRun.FORMS:
        theirs = JAXRun(form, case, dtype)
        theirs.run(case.steps)
        times[form] = time_theirs(theirs, case.steps, clock)
    return min(times, key=times.get), times


def time_pairs(program, case, precision, theirs, pairs, clock):
    """Nanoseconds a member-step of interleaved runs, ours and theirs; who goes first alternates."""
    our_times, their_times = [], []
    runs = (
        lambda: our_times.append(ensembletime(program, case, precision, case.steps, "--repetitions", 5)[CLOCKS[clock][0]]),
        lambda: their_times.append(time_theirs(theirs, case.steps, clock, repetitions=3)))
    theirs.run(case.steps)
    for pair in range(pairs):
        for run in runs if pair % 2 == 0 else runs[::-1]:
            run()
    return our_times, their_times


def rows(program, pairs, count=4096, clock="cpu", arithmetic=None, report=lambda text: None):
    """One dictionary for each network, kind, precision and peer.

    `program` is the built `ensembletime`; `arithmetic` maps a precision to the entry of the `roofline` program for one thread, for the limit.
    Ends the process where the two sides don't compute the same.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for network in NETWORKS:
            for kind in ("seeds", "grid"):
                case = Case(folder, network, kind, count)
                for precision in ("float32", "float64"):
                    jax.config.update("jax_enable_x64", precision == "float64")
                    dtype = np.dtype(precision)
                    case.load_initial(program, precision)
                    form, times = best_form(case, dtype, clock)
                    for name in dict.fromkeys((JAXRun.FORMS[0], form)):
                        theirs = JAXRun(name, case, dtype)
                        differences = agree(program, case, precision, theirs)
                        ours, others = time_pairs(program, case, precision, theirs, pairs, clock)
                        ratios = [b / a for a, b in zip(ours, others)]
                        limit = case.limit(arithmetic[precision]) if arithmetic else None
                        row = {
                            "network": network, "kind": kind, "precision": precision, "peer": f"JAX, {name}", "isBest": name == form,
                            "ours": statistics.median(ours), "theirs": statistics.median(others), "ratio": statistics.median(ratios),
                            "least": min(ratios), "most": max(ratios), "differences": differences,
                            "limit": limit, "share": limit / statistics.median(ours) if limit else None, "forms": times,
                        }
                        found.append(row)
                        report(row)
    return found


HEADER = """| network | members by | precision | against | ours | theirs | ratio | limit | share |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def line(row):
    limit = f"{row['limit']:.3g} ns | {100 * row['share']:.0f} %" if row["limit"] else "– | –"
    return (
        f"| {row['network']} | {row['kind']} | {row['precision']} | {row['peer']}{' (its best)' if row['isBest'] else ''} | "
        f"{row['ours']:.3g} ns | {row['theirs']:.3g} ns | {row['ratio']:.3g} ({row['least']:.3g}–{row['most']:.3g}) | {limit} |")


def rates(program):
    """The arithmetic of one thread by precision, from the `roofline` program."""
    report = json.loads(subprocess.run([str(program), "--threads", "1"], check=True, capture_output=True, text=True).stdout)
    return {entry["precision"]: entry for entry in report["arithmetic"] if entry["threads"] == 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7, help="pairs of runs a row (7)")
    parser.add_argument("--members", type=int, default=4096, help="members, a cube that 256 divides (4096)")
    parser.add_argument("--clock", choices=CLOCKS, default="cpu", help="processor time (default) or wall time")
    parser.add_argument("--roofline", help="the built roofline program; built here without, 'none' for no limits")
    arguments = parser.parse_args()
    program = built(["ensembletime"], BENCHMARKS) / "ensembletime"
    arithmetic = None if arguments.roofline == "none" else rates(arguments.roofline or built(["roofline"], BENCHMARKS) / "roofline")
    print(f"{processor()}, one core, load {os.getloadavg()[0]:.1f}; JAX {jax.__version__}; {arguments.members} members, {SAMPLES} samples a "
          f"step, {arguments.pairs} interleaved pairs, {arguments.clock} time. Nanoseconds a member-step (medians); the ratio is their time / "
          "ours, pair by pair (median, min–max); the limit is the products' multiply–adds at the measured peak and the update's divisions and "
          "roots.\n")
    print(HEADER, flush=True)
    found = rows(program, arguments.pairs, arguments.members, arguments.clock, arithmetic, lambda row: print(line(row), flush=True))
    print(f"\nJAX's forms, one run each (ns a member-step), and how far the two sides are apart after {CHECK_STEPS} steps, over the largest "
          "weight:\n")
    print("| network | by | precision | " + " | ".join(JAXRun.FORMS) + " | median difference | 99.9 % | largest |")
    print("| --- | --- | --- |" + " --- |" * (len(JAXRun.FORMS) + 3))
    for row in found:
        if row["isBest"]:
            times = " | ".join(f"{row['forms'][form]:.3g}" for form in JAXRun.FORMS)
            differences = " | ".join(f"{x:.1e}" for x in row["differences"])
            print(f"| {row['network']} | {row['kind']} | {row['precision']} | {times} | {differences} |", flush=True)


if __name__ == "__main__":
    main()
