# SPDX-License-Identifier: GPL-3.0-or-later
"""ensemble.py's rows from a process of its own, which it pins to one core: `PROGRAM ROUNDS CLOCK ROOFLINE` prints them as JSON."""
import json
import os
import sys

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import ensemble  # noqa: E402

program, count, clock, roofline = sys.argv[1:]
with open(roofline) as file:
    arithmetic = {entry["precision"]: entry for entry in json.load(file)["arithmetic"] if entry["threads"] == 1}
rows = ensemble.rows(
    program, int(count), clock=clock, arithmetic=arithmetic,
    report=lambda row: print(row["network"], row["kind"], row["precision"], row["peer"], row["ratio"], file=sys.stderr))
print(json.dumps(rows), file=answers, flush=True)
