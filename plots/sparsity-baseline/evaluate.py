#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From results.csv: frontier.csv, the data of the figure; matched.csv, methods at matched error and at matched size; and predicted.csv, what
the predictions of predictions.csv came to: evaluate.py [FOLDER]

frontier.csv: for each method and strength the means over seeds of nodes, parameters and test error, with 95 % Student intervals.
matched.csv: `at error E`, the fewest parameters among a seed's models of the method whose test error is at most E; `at nodes N`, the least
test error among those with at most N nodes; mean over seeds, interval, and in how many seeds there is such a model (mean and interval are
over those). The least is chosen on the test set itself, for all methods alike: good for comparing them, optimistic for each. Needs NumPy and SciPy.
"""
import csv
import sys
from pathlib import Path

import numpy as np
from scipy.stats import t

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
ERRORS = (0.075, 0.08, 0.09, 0.1)
NODES = (64, 32, 16)


def interval(values):
    """Mean and half the width of its 95 % interval; no width for fewer than three values, whose interval says nothing."""
    values = np.asarray(values, float)
    if len(values) < 3:
        return values.mean(), float("nan")
    return values.mean(), t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5


def number(value):
    return "" if np.isnan(value) else f"{value:.6g}"


rows = list(csv.DictReader((FOLDER / "results.csv").open(newline="")))
methods = [row["method"] for row in csv.DictReader((FOLDER / "methods.csv").open(newline=""))]
seeds = list(dict.fromkeys(row["seed"] for row in rows))

frontier, blocks = [], []
for method in methods:
    points = []
    for strength in dict.fromkeys(row["strength"] for row in rows if row["method"] == method):
        group = [row for row in rows if row["method"] == method and row["strength"] == strength]
        line = {"method": method, "strength": strength, "seeds": len(group)}
        for key in ("nodes", "parameters", "nonzero", "error"):
            mean, half = interval([float(row[key]) for row in group])
            line |= {key: number(mean), f"{key}±": number(half)}
        frontier.append(line)
        points.append(line)
    points.sort(key=lambda line: float(line["parameters"]))
    cells = [" ".join(line[key] or "0" for key in ("parameters", "parameters±", "error", "error±", "nodes")) for line in points]
    blocks.append(f'# {method}: parameters ± error ± nodes\n"{method}"\n' + "\n".join(cells))

with (FOLDER / "frontier.csv").open("w", newline="") as file:
    writer = csv.DictWriter(file, list(frontier[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(frontier)
(FOLDER / "frontier.dat").write_text("\n\n\n".join(blocks) + "\n")

matched = []
for method in methods:
    line = {"method": method}
    criteria = [(f"parameters at error {e:g}", "error", e, "parameters") for e in ERRORS] + [(f"error at {n} nodes", "nodes", n, "error") for n in NODES]
    for name, limited, limit, wanted in criteria:
        best = [
            min(values) for seed in seeds
            if (values := [float(r[wanted]) for r in rows if r["method"] == method and r["seed"] == seed and float(r[limited]) <= limit])]
        mean, half = interval(best) if best else (float("nan"), float("nan"))
        line |= {name: number(mean), f"{name} ±": number(half), f"{name} seeds": len(best)}
    matched.append(line)
with (FOLDER / "matched.csv").open("w", newline="") as file:
    writer = csv.DictWriter(file, list(matched[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(matched)


def values(method, column, strength=None):
    """A column of a method's rows, by seed and strength."""
    return {(row["seed"], row["strength"]): float(row[column]) for row in rows
            if row["method"] == method and strength in (None, row["strength"])}


def fewest(method, error):
    """The fewest parameters at an error, seed by seed; infinite where no model reaches it."""
    sizes, errors = values(method, "parameters"), values(method, "error")
    return {seed: min((sizes[key] for key in sizes if key[0] == seed and errors[key] <= error), default=np.inf) for seed in seeds}


def ratio_at(error, first, second):
    a, b = fewest(first, error), fewest(second, error)
    return max(a[seed] / b[seed] for seed in seeds)


def difference(first, second, strength):
    """Mean error of one method less another's at one strength."""
    return np.mean([values(first, "error", strength)[s, strength] - values(second, "error", strength)[s, strength] for s in seeds])


MEASURED = {
    "metric-over-l2": lambda: ratio_at(0.08, "adam-group-metric", "adam-l2"),
    "metric-over-euclidean": lambda: ratio_at(0.08, "adam-group-metric", "adam-group"),
    "l2-zero-nodes": lambda: min(128 - v for k, v in values("adam-l2", "nodes").items() if k[1] != "1e-4"),
    "l2-nodes-left": lambda: min(v for k, v in values("adam-l2", "nodes").items() if values("adam-l2", "error")[k] <= 0.09),
    "subgradient-zero-nodes": lambda: max(values("adam-group-subgradient", "zeroNodes").values()),
    "l1-nodes": lambda: min(values("adam-l1", "nodes", "0.3").values()),
    "l1-weights": lambda: max(values("adam-l1", "nonzero", "0.3").values()),
    "tuning": lambda: max(values("prune-product-tuned", "error", "24")[s, "24"] - values("prune-product", "error", "24")[s, "24"] for s in seeds),
    "product-over-incoming": lambda: difference("prune-product", "prune-incoming", "32"),
    "metric-over-tuned": lambda: ratio_at(0.08, "adam-group-metric", "prune-product-tuned"),
}

wanted = sum(len(row["strengths"].split()) for row in csv.DictReader((FOLDER / "methods.csv").open(newline="")))
if len(rows) < wanted * len(seeds):
    sys.exit(f"results.csv has {len(rows)} of {wanted * len(seeds)} rows: predictions are judged on the whole table (frontier.py goes on with it)")
with (FOLDER / "predictions.csv").open(newline="") as file:
    predictions = list(csv.DictReader(file))
with (FOLDER / "predicted.csv").open("w", newline="") as file:
    writer = csv.DictWriter(file, ["prediction", "relation", "foretold", "measured", "holds"], lineterminator="\n")
    writer.writeheader()
    for row in predictions:
        value, bound = MEASURED[row["quantity"]](), float(row["foretold"])
        holds = value <= bound if row["relation"] == "≤" else value >= bound
        writer.writerow({key: row[key] for key in ("prediction", "relation", "foretold")} | {"measured": f"{value:.4g}", "holds": "yes" if holds else "no"})
