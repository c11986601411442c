#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a step's time grows with width, depth, batch and probes, and peak memory with steps and nodes: a CSV and a figure each in results/.

One thread. A time is the least of some rounds' medians, the rounds of all points taking turns. Memory is the most that a process held at once.
The last figure is step time against the share of living nodes, where the step can leave dead nodes out of its products.

    python3 growth.py
    python3 growth.py --only memory --out /tmp/growth
"""
# The standard library alone: a process starts with the memory of the one that made it, and this one's must be small.
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from comparison.programs import BENCHMARKS, REPOSITORY, built, environment, processors
from comparison.report import write


def measured(command, variables=None):
    """(standard output, peak bytes) of a program on one processor."""
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, env={**environment(1), **(variables or {})},
        preexec_fn=lambda: os.sched_setaffinity(0, processors(1)))
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return text, usage.ru_maxrss * 1024


class Points:
    """A figure: curves over one quantity."""

    def __init__(self, name, title, x_label, y_label, logarithmic="xy"):
        self.name, self.title, self.x_label, self.y_label, self.logarithmic = name, title, x_label, y_label, logarithmic
        self.curves = {}

    def add(self, curve, x, y):
        """A point; of several at one place the least counts."""
        values = self.curves.setdefault(curve, {})
        values[x] = min(y, values.get(x, y))

    def write(self, folder):
        columns = list(self.curves)
        places = sorted({x for values in self.curves.values() for x in values})
        table = [",".join([self.x_label, *(f"{curve} ({self.y_label})" for curve in columns)])]
        for x in places:
            table.append(",".join([f"{x:g}", *(f"{self.curves[curve][x]:.6g}" if x in self.curves[curve] else "" for curve in columns)]))
        write(folder / f"{self.name}.csv", "\n".join(table) + "\n")
        curves = ", ".join(
            f'"{folder / self.name}.csv" using 1:{index + 2} skip 1 with linespoints pt 7 ps 0.7 lw 2 lc {index + 1} title "{curve}"'
            for index, curve in enumerate(columns))
        axes = "\n".join(f"set logscale {axis}" for axis in self.logarithmic)
        script = f"""
set terminal svg size 720,440 dynamic font "sans-serif,13" background "white"
set output "{folder / self.name}.svg"
set datafile separator ","
set linetype 1 lc rgb "#0072b2"
set linetype 2 lc rgb "#d55e00"
set linetype 3 lc rgb "#009e73"
set title "{self.title}"
set xlabel "{self.x_label}"
set ylabel "{self.y_label}"
set key below
set grid lc rgb "#dddddd" lt 1
set border 3
set tics nomirror
{axes}
{'' if 'y' in self.logarithmic else 'set yrange [0:*]'}
plot {curves}
"""
        subprocess.run(["gnuplot", "-"], input=script, text=True, check=True)


class Growth:
    def __init__(self, rounds, steptime):
        self.rounds, self.steptime = rounds, steptime
        self.options = measured([steptime, "--help"])[0]

    def microseconds(self, *options, steps, repetitions=3):
        text, _ = measured([self.steptime, *options, "--steps", steps, "--repetitions", repetitions, "--warmup", max(1, steps // 2)])
        return json.loads(text)["nsPerStep"] / 1000

    def times(self, points, settings):
        """Times of (curve, x, steps, options), all points once a round."""
        for _ in range(self.rounds):
            for curve, x, steps, options in settings:
                points.add(curve, x, self.microseconds(*options, steps=steps))
        return points

    def width(self):
        points = Points("growth-width", "One hidden layer, batch 64, float32", "nodes", "µs a step")
        return self.times(points, [
            (title, width, max(10, 20_000 // width), ["mnist-step", "--width", width, "--probes", probes])
            for title, probes in (("no probe", "none"), ("probes at every 10th step", 10)) for width in (125, 250, 500, 1000, 2000, 4000)])

    def depth(self):
        points = Points("growth-depth", "Hidden layers of 250 nodes, batch 64, float32", "hidden layers", "µs a step", "")
        return self.times(points, [
            (title, depth, 40, ["mnist-step", "--width", 250, "--depth", depth, "--probes", probes])
            for title, probes in (("no probe", "none"), ("probes at every 10th step", 10)) for depth in (1, 2, 3, 4, 6, 8)])

    def batch(self):
        points = Points("growth-batch", "784-1000-10, float32", "samples a batch", "µs a step")
        return self.times(points, [
            (title, batch, max(10, 1000 // batch), ["mnist-step", "--batch", batch, "--probes", probes])
            for title, probes in (("no probe", "none"), ("probes at every 10th step", 10)) for batch in (8, 16, 32, 64, 128, 256, 512)])

    def cadence(self):
        points = Points("growth-cadence", "784-1000-10, batch 64, float32", "steps from sample to sample", "µs a step", "x")
        cadences = (1, 2, 5, 10, 20, 50, 100)
        return self.times(
            points, [("sampled", cadence, 100, ["mnist-step", "--probes", cadence]) for cadence in cadences]
            + [("no probe", cadence, 100, ["mnist-step"]) for cadence in cadences[:: len(cadences) - 1]])

    def living(self):
        if "--dead" not in self.options:
            return print("steptime has no --dead here: no figure of step time against living nodes", file=sys.stderr)
        points = Points("growth-living", "784-1000-10, batch 64, float32, Adam", "living nodes of 1000", "µs a step", "")
        return self.times(points, [
            # A repetition holds one of compaction's looks for dead nodes, which are 128 steps apart.
            (title, 1000 - dead, 128, ["mnist-step", "--dead", dead, *options])
            for title, options in (("compaction", ["--compaction"]), ("no compaction", [])) for dead in (0, 125, 250, 375, 500, 625, 750, 875, 950)])

    def steps_memory(self):
        points = Points("growth-memory-steps", "Probes at every step, samples on disk", "steps", "MB at most", "x")
        for case, counts in (("mnist-step", (30, 100, 300, 1000)), ("tiny-step", (30, 300, 3000, 30_000, 300_000))):
            for count in counts:
                points.add(case, count, self.peak_megabytes(case, "--probes", 1, "--steps", count))
        return points

    def nodes_memory(self):
        points = Points("growth-memory-nodes", "784-n-10, batch 64, probes at every step", "nodes", "MB at most", "")
        for precision in ("float32", "float64"):
            for width in (125, 500, 1000, 2000, 4000):
                points.add(precision, width, self.peak_megabytes(
                    "mnist-step", "--precision", precision, "--width", width, "--probes", 1, "--steps", 4))
        return points

    def peak_megabytes(self, *options):
        return measured([self.steptime, *options, "--repetitions", 1])[1] / 1e6

    def run_memory(self):
        """A whole run on MNIST, probes at every tenth step: its memory is all there after some hundred steps, so more epochs don't change it."""
        points = Points("growth-memory-run", "adamprobe run on MNIST, probes at every 10th step", "epochs", "MB at most", "")
        program = built(["adamprobe"], REPOSITORY) / "adamprobe"
        with tempfile.TemporaryDirectory() as folder:
            for epochs in (1, 2, 4):
                command = [
                    program, "run", "paper/mnist-adam", "--out", Path(folder) / str(epochs), "--quiet", "--set", f"epochs={epochs}",
                    "--set", "probe.every=10"]
                points.add("peak of the process", epochs, measured(command)[1] / 1e6)
        return points


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    figures = ("width", "depth", "batch", "cadence", "living", "steps_memory", "nodes_memory", "run_memory")
    parser.add_argument("--only", action="append", metavar="FIGURE", help=f"only figures whose name has this in it: {', '.join(figures)}")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of a time (3)")
    parser.add_argument("--out", type=Path, default=BENCHMARKS / "results", help="where CSV files and figures go (results)")
    arguments = parser.parse_args()
    chosen = [name for name in figures if not arguments.only or any(part in name for part in arguments.only)]
    if not chosen:
        sys.exit(f"no figure has {' or '.join(arguments.only)} in its name; there are {', '.join(figures)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    growth = Growth(arguments.rounds, built(["steptime"], BENCHMARKS) / "steptime")
    for name in chosen:
        points = getattr(growth, name)()
        if points:
            points.write(arguments.out)
            print(f"{points.name}: " + "; ".join(
                f"{curve} {min(values.values()):.4g} to {max(values.values()):.4g} {points.y_label}" for curve, values in points.curves.items()),
                flush=True)


if __name__ == "__main__":
    main()
