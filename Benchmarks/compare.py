#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times AdamProbe's works beside PyTorch's, JAX's and NumPy's on the same data, start and batch order, and writes the table and figure of results/.

Peers stand twice: as users write them (torch eager, fused, probes in Python) and at their best (the step written out under torch.compile; jax in
a jitted scan; the better number of threads). What both sides compute is compared first. Then short runs of all sides take turns; ratios are taken
within a round. A row that was measured is kept in .build-compare, so that --resume goes on after an interruption and --only measures a few anew. A
table holds rows of one version, machine and setting alone: others are left out.

    make compare                                     everything, with five epochs of the whole job
    python compare.py --list                         the groups of rows
    python compare.py --only late --pairs 3          some, quickly; the table has the rows of three rounds that are there
    python compare.py --only job --epochs 100        a longer whole job, three runs a side, beside those that are there
    python compare.py --resume                       go on with what is missing
    python compare.py --quick --out /tmp/rehearsal   three rounds of each; not for publication
"""
import argparse
import json
import sys
import time
from pathlib import Path

try:
    import numpy  # noqa: F401
    import safetensors  # noqa: F401
except ImportError as error:
    sys.exit(f"{error}; call `make compare`, which makes the environment\n{__doc__}")

from comparison import laboratory_rows, run_rows, step_rows
from comparison.context import Context, say
from comparison.machine import environment
from comparison.measuring import three
from comparison.programs import BENCHMARKS, call
from comparison.report import Limits, figure, markdown, write, write_csv


def groups(epochs):
    """What measures which rows, in the table's order; names are those of --only."""
    table = {}
    for precision in ("float32", "float64"):
        for threads in (1, 2):
            for probes in (None, 1, 10):
                table[f"mnist/{precision}/{threads}/{probes or 'none'}"] = (
                    lambda context, p=precision, t=threads, k=probes: step_rows.mnist_step(context, p, t, k))
            if threads == 1:
                table[f"mnist/{precision}/1/dense"] = lambda context, p=precision: step_rows.mnist_step(context, p, 1, None, "dense")
    for precision in ("float32", "float64"):
        for probes in (1, 10):
            table[f"overhead/{precision}/{probes}"] = lambda context, p=precision, k=probes: step_rows.overhead(context, p, k)
    for optimizer in ("adam", "rmsprop"):
        table[f"late/{optimizer}"] = lambda context, o=optimizer: step_rows.late(context, o)
    for network in ("tiny-step", "small-step"):
        for precision in ("float32", "float64"):
            table[f"small/{network}/{precision}"] = lambda context, n=network, p=precision: step_rows.small_step(context, n, p)
    table["ensembles"] = laboratory_rows.ensembles
    for precision in ("float32", "float64"):
        table[f"laboratory/{precision}"] = lambda context, p=precision: laboratory_rows.laboratory(context, p)
    table[f"job/{epochs}"] = lambda context: run_rows.job(context, epochs)
    table["sweep"], table["start"], table["verify"] = run_rows.sweep, run_rows.start, run_rows.verify
    return table


def block(name):
    """Groups of one block share their peers, which are ended after it: their data is large."""
    return "/".join(name.split("/")[:3 if name.startswith("mnist") else 1])


def wanted(names, only):
    if only:
        chosen = [name for name in names if any(part in name for part in only)]
        return chosen or sys.exit(f"no group has {' or '.join(only)} in its name; --list shows them")
    return list(names)


def roofline(context):
    """The limits, measured once and kept as rows are."""
    path = context.folder / "roofline.json"
    numbers = json.loads(path.read_text()) if path.exists() else {}
    if numbers.get("origin") != context.origin:
        say("measuring the roofline")
        numbers = json.loads(call([context.tools / "roofline", "--markdown", path.with_suffix(".md")], 2)) | {"origin": context.origin}
        write(path, json.dumps(numbers, indent=2) + "\n")
    return numbers, path.with_suffix(".md").read_text()


def report(context, out, table, final=False):
    """Writes the results of all rows that were measured with these settings by this version; says which others there are."""
    rows, measured, others = [], [], []
    for name in (each for name in table for each in (context.kept_jobs() if name.startswith("job/") else [name])):
        if found := context.kept(name):
            rows += found[0]
            measured.append(found[1])
        elif context.path(name).exists():
            others.append(name)
    if others and final:
        say(f"not in the table, of another version, machine or setting: {', '.join(others)}")
    if not rows:
        return
    numbers, tables = roofline(context)
    machine = environment(context.origin, context.clock, numbers["blas"], measured)
    out.mkdir(parents=True, exist_ok=True)
    limits = Limits(numbers)
    write_csv(out / "compare.csv", rows, limits)
    write(out / "compare.md", markdown(rows, limits, machine, tables))
    write(out / "environment.json", json.dumps(machine, indent=2) + "\n")
    write(out / "roofline.json", json.dumps(numbers, indent=2) + "\n")
    figure(out / "compare.svg", rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, help="rounds a row (7; 3 with --quick); whole trainings and sweeps have at most 3")
    parser.add_argument("--only", action="append", metavar="GROUP", help="only groups whose name has this in it; may be repeated")
    parser.add_argument("--resume", action="store_true", help="keep what an earlier call with the same settings has measured")
    parser.add_argument("--quick", action="store_true", help="three rounds of each")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of the whole job (5)")
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall",
        help="wall time, or on a busy machine the processor time of single-threaded work, which leaves out the waiting for a processor")
    parser.add_argument("--out", type=Path, default=BENCHMARKS / "results", help="where the table goes (results)")
    parser.add_argument("--folder", type=Path, default=BENCHMARKS / ".build-compare", help="where measured rows are kept (.build-compare)")
    parser.add_argument("--list", action="store_true", help="print the groups' names and stop")
    arguments = parser.parse_args()
    table = groups(arguments.epochs)
    names = wanted(table, arguments.only)
    if arguments.list:
        return print("\n".join(names))
    pairs = arguments.pairs or (3 if arguments.quick else 7)
    context = Context(arguments.folder.resolve(), pairs, arguments.clock, arguments.quick)
    roofline(context)
    begun = time.monotonic()
    previous = None
    for name in names:
        if arguments.resume and context.kept(name) is not None:
            continue
        if previous and block(name) != block(previous):
            context.release()
        previous = name
        say(name)
        rows = table[name](context)
        context.keep(name, rows)
        for row in rows:
            target = "" if row.target is None else f", target {row.target:g}{'' if row.met else ', missed'}"
            say(f"  {row.work} | {row.against}: {three(row.ratio)} ({three(min(row.ratios))}–{three(max(row.ratios))}){target}")
        report(context, arguments.out, table)
    context.release()
    report(context, arguments.out, table, final=True)
    say(f"{(time.monotonic() - begun) / 60:.0f} min; the table is {arguments.out / 'compare.md'}")


if __name__ == "__main__":
    main()
