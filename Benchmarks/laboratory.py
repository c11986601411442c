# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast is the dead-weight laboratory against NumPy and a jitted JAX scan?

The same grid of Adam's hyper-parameters and starts for all three, in the same order of operations. First all three make the same steps and
must agree: NumPy to the bit, JAX, whose compiler fuses multiply-adds, to rounding. Then short runs of ours and theirs alternate on one core,
and each ratio is taken within a pair. Compiling (JAX) and reading the grid are not timed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
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

jax.config.update("jax_enable_x64", True)
SEED = 20181219
CHECK_STEPS = 500
# Largest |difference| over the largest |w| of the grid: some CHECK_STEPS roundings.
TOLERANCE = {"float64": 1e-12, "float32": 1e-4}


def grid(cases):
    """α, λ, ε, β₁, β₂, w₀, m₀, v₀ as rows; memory enough that no weight comes near the subnormals in the steps timed."""
    random = np.random.default_rng(SEED)

    def log_uniform(low, high):
        return np.exp(random.uniform(np.log(low), np.log(high), cases))

    alpha, l2, epsilon = log_uniform(1e-5, 1e-3), log_uniform(1e-6, 1e-3), log_uniform(1e-12, 1e-5)
    beta1, beta2, weight = random.uniform(0, 0.99, cases), random.uniform(0.9, 0.9999, cases), log_uniform(1e-3, 1)
    root = log_uniform(1, 1e6) * l2 * weight
    return np.stack([alpha, l2, epsilon, beta1, beta2, weight, 0.1 * root * random.uniform(-1, 1, cases), root * root])


def constants(values, dtype):
    """The numbers of a step, computed in float64 and rounded once."""
    alpha, l2, epsilon, beta1, beta2, *state = values
    return ([np.asarray(x, dtype) for x in (alpha, l2, epsilon, 1 - beta1, beta2, 1 - beta2)], [np.asarray(x, dtype) for x in state])


class NumPyRun:
    """Vectorised over cases, in place: no temporary is allocated."""

    name = "NumPy"

    def __init__(self, values, dtype):
        (self.alpha, self.l2, self.epsilon, q, self.beta2, self.gain2), self.state = constants(values, dtype)
        # lerp as b − (1−q)(b − a) where q ≥ ½.
        self.from_moment = q < 0.5
        self.lerp = np.where(self.from_moment, q, -(1 - q)).astype(dtype)
        self.g, self.t, self.d = (np.empty_like(self.alpha) for _ in range(3))

    def run(self, steps):
        w, m, v = (x.copy() for x in self.state)
        g, t, d = self.g, self.t, self.d
        for _ in range(steps):
            np.multiply(self.l2, w, out=g)
            np.subtract(g, m, out=t)
            np.multiply(self.lerp, t, out=t)
            np.copyto(m, g, where=~self.from_moment)
            np.add(m, t, out=m)
            np.multiply(v, self.beta2, out=v)
            np.multiply(self.gain2, g, out=t)
            np.multiply(t, g, out=t)
            np.add(v, t, out=v)
            np.sqrt(v, out=d)
            np.add(d, self.epsilon, out=d)
            np.multiply(self.alpha, m, out=t)
            np.divide(t, d, out=t)
            np.subtract(w, t, out=w)
        return w


class JAXRun:
    """The scan that its users write: state as carry, compiled once."""

    name = "JAX"

    def __init__(self, values, dtype):
        self.numbers, self.state = (tuple(jnp.asarray(x) for x in part) for part in constants(values, dtype))

        def run(numbers, state, steps):
            alpha, l2, epsilon, q, beta2, gain2 = numbers

            def step(carry, _):
                w, m, v = carry
                g = l2 * w
                m = jnp.where(q < 0.5, m + q * (g - m), g - (1 - q) * (g - m))
                v = v * beta2 + (gain2 * g) * g
                w = w - (alpha * m) / (jnp.sqrt(v) + epsilon)
                return (w, m, v), None

            return jax.lax.scan(step, state, length=steps)[0][0]

        self.function = jax.jit(run, static_argnames="steps")

    def run(self, steps):
        return np.asarray(self.function(self.numbers, self.state, steps).block_until_ready())


def labtime(program, folder, precision, steps, *options):
    command = [program, "--data", folder, "--precision", precision, "--steps", steps, *options]
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)


def check(program, folder, values, precision):
    dtype, final = np.dtype(precision), folder / "final.npy"
    labtime(program, folder, precision, CHECK_STEPS, "--repetitions", 1, "--final", final)
    ours = np.load(final)
    theirs = NumPyRun(values, dtype).run(CHECK_STEPS).astype(np.float64)
    if not np.array_equal(ours, theirs):
        sys.exit(f"NumPy differs in {precision}: {np.abs(ours - theirs).max()}")
    # Above the edge of stability the weight bursts and any rounding is amplified without bound: JAX is compared below it.
    alpha, l2, epsilon, beta1 = values[:4]
    below = alpha * l2 / epsilon < 2 * (1 + beta1) / (1 - beta1)
    worst = np.abs(ours - JAXRun(values, dtype).run(CHECK_STEPS))[below].max() / np.abs(ours).max()
    print(f"- {precision}: NumPy has our bits in all cases; JAX differs by {worst:.1e} at most (at most {TOLERANCE[precision]:.0e}) in the "
          f"{below.sum()} below the edge of stability", flush=True)
    if not worst <= TOLERANCE[precision]:
        sys.exit("JAX does not compute the same thing")


KEYS = {"wall": ("nsPerWeightStep", time.perf_counter_ns), "cpu": ("processorNsPerWeightStep", time.process_time_ns)}


def time_pairs(program, folder, precision, theirs, cases, steps, pairs, clock):
    """Nanoseconds a weight-step of interleaved runs, ours and theirs; who goes first alternates."""
    key, now = KEYS[clock]
    our_times, their_times = [], []

    def run_ours():
        our_times.append(labtime(program, folder, precision, steps, "--repetitions", 5)[key])

    def run_theirs():
        times = []
        for _ in range(5):
            start = now()
            theirs.run(steps)
            times.append((now() - start) / (steps * cases))
        their_times.append(statistics.median(times))

    theirs.run(steps)
    for pair in range(pairs):
        for run in (run_ours, run_theirs) if pair % 2 == 0 else (run_theirs, run_ours):
            run()
    return our_times, their_times


def subnormal_rows(program, folder, cases, steps, clock):
    """Weights and moments in the normal and in the subnormal range, with and without flush-to-zero; s stays normal, as long as it remembers."""
    key = KEYS[clock][0]
    random = np.random.default_rng(SEED)
    ones = np.ones(cases)
    for precision, scale in (("float32", 1e-38), ("float64", 1e-308)):
        for name, size in (("normal", 1.0), ("subnormal", scale)):
            # λw and m are subnormal where w is scaled, and so small a step that w stays.
            weight = random.uniform(0.02, 0.03, cases) * size
            np.save(folder / "grid.npy", np.stack(
                [1e-3 * ones, 5e-4 * ones, 1e-2 * ones, 0.9 * ones, 0.999 * ones, weight, 1e-5 * size * ones, 1e-4 * ones]))
            for flush in (False, True):
                options = ["--flush"] if flush else []
                times = [labtime(program, folder, precision, steps, "--repetitions", 5, *options)[key] for _ in range(5)]
                print(f"| {precision} | {name} | {'on' if flush else 'off'} | {min(times):.3g} ns |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7, help="pairs of runs a row (7)")
    parser.add_argument("--cases", type=int, default=4096, help="cases of the grid (4096)")
    parser.add_argument("--steps", type=int, default=10_000, help="steps of a run (10,000)")
    parser.add_argument("--clock", choices=KEYS, default="cpu", help="processor time (default) or wall time")
    arguments = parser.parse_args()
    program = built(["labtime"], BENCHMARKS) / "labtime"
    with tempfile.TemporaryDirectory() as parent:
        folder, values = Path(parent), grid(arguments.cases)
        np.save(folder / "grid.npy", values)
        print(f"After {CHECK_STEPS} steps of {arguments.cases} cases:\n")
        for precision in ("float64", "float32"):
            check(program, folder, values, precision)
        print(f"\n{processor()}, one core, load {os.getloadavg()[0]:.1f}; NumPy {np.__version__}, JAX {jax.__version__}; "
              f"{arguments.cases} cases × {arguments.steps} steps of Adam, no thresholds, {arguments.pairs} interleaved pairs, {arguments.clock} time. "
              "Weight-steps per second per core (medians); the ratio is their time / ours, pair by pair (median, min–max).\n")
        print("| precision | against | ours | theirs | ratio |")
        print("| --- | --- | --- | --- | --- |", flush=True)
        for precision in ("float32", "float64"):
            for kind in (NumPyRun, JAXRun):
                theirs = kind(values, np.dtype(precision))
                ours, others = time_pairs(
                    program, folder, precision, theirs, arguments.cases, arguments.steps, arguments.pairs, arguments.clock)
                ratios = [b / a for a, b in zip(ours, others)]
                print(f"| {precision} | {kind.name} | {1e9 / statistics.median(ours):.3g} | {1e9 / statistics.median(others):.3g} | "
                      f"{statistics.median(ratios):.3g} ({min(ratios):.3g}–{max(ratios):.3g}) |", flush=True)
        print("\nOurs, the least of 5 medians:\n")
        print("| precision | weights and moments | flush-to-zero | a weight-step |")
        print("| --- | --- | --- | --- |", flush=True)
        subnormal_rows(program, folder, arguments.cases, min(arguments.steps, 4_000), arguments.clock)


if __name__ == "__main__":
    main()
