# SPDX-License-Identifier: GPL-3.0-or-later
"""laboratory.py from a process of its own: `KIND PRECISION CASES` answers lines `STEPS CLOCK` with nanoseconds; `grid FOLDER CASES` writes a
grid; `check PROGRAM FOLDER` compares all three sides."""
import os
import sys
import time
from pathlib import Path

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np  # noqa: E402

import laboratory  # noqa: E402

CLOCKS = {"wall": time.perf_counter_ns, "cpu": time.process_time_ns}


def main(kind, *rest):
    if kind == "grid":
        np.save(Path(rest[0]) / "grid.npy", laboratory.grid(int(rest[1])))
    elif kind == "check":
        folder = Path(rest[1])
        values = laboratory.grid(4096)
        np.save(folder / "grid.npy", values)
        os.dup2(answers.fileno(), 1)
        for precision in ("float64", "float32"):
            laboratory.check(rest[0], folder, values, precision)
    else:
        run = getattr(laboratory, kind)(laboratory.grid(int(rest[1])), np.dtype(rest[0]))
        compiled = set()
        for line in sys.stdin:
            steps, clock = line.split()
            if steps not in compiled:
                run.run(int(steps))
                compiled.add(steps)
            start = CLOCKS[clock]()
            run.run(int(steps))
            print(CLOCKS[clock]() - start, file=answers, flush=True)


main(*sys.argv[1:])
