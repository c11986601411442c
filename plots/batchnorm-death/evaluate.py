#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares predictions.csv with nodes.csv and spells.csv, and writes results.csv, order.csv and the figures' data: evaluate.py [FOLDER].

Intervals are 95 % percentile intervals of a bootstrap over runs (seeds within each cell), since nodes of one run depend on each other.
Where a quantity is itself a count over runs there is none.
"""
import csv
import sys
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr, wilcoxon

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
REPLICATES = 2000
LAWS = ["base", "weak", "narrow"]
# A spell whose predicted length is below this starts inside the last steps of a node and says nothing of the law's slope.
LONG = 60


def table(name):
    """Rows of a CSV file, numbers as floats, an empty field as NaN."""
    with open(FOLDER / name, newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] if key == "cell" else float(row[key] or "nan") for row in rows]) for key in rows[0]}


cells = {row["cell"]: row for row in csv.DictReader(open(FOLDER / "cells.csv", newline=""))}
nodes, spells = table("nodes.csv"), table("spells.csv")


def runs_of(rows, names):
    """One table a run of these cells, keyed by (cell, seed)."""
    keys = sorted({(c, s) for c, s in zip(rows["cell"], rows["seed"]) if c in names})
    return {(c, s): {k: v[(rows["cell"] == c) & (rows["seed"] == s)] for k, v in rows.items()} for c, s in keys}


def pooled(runs):
    return {key: np.concatenate([run[key] for run in runs]) for key in runs[0]}


def estimate(function, *tables):
    """function of the tables' lists of runs, with its bootstrap interval; runs are drawn within their cell."""
    rng = np.random.default_rng(7)
    groups = [[[run for (c, _), run in t.items() if c == name] for name in sorted({c for c, _ in t})] for t in tables]
    values = [function(*[[run for group in g for run in group] for g in groups])]
    for _ in range(REPLICATES):
        draw = [[group[i] for group in g for i in rng.integers(len(group), size=len(group))] for g in groups]
        values.append(function(*draw))
    return values[0], *np.nanpercentile(values[1:], [2.5, 97.5])


def collapse_share(runs):
    rows = pooled(runs)
    return np.mean(rows["standardisation"][rows["dead"] == 1] < 0.9)


def return_share(runs):
    rows = pooled(runs)
    lasted = np.where(np.isnan(rows["end"]), np.inf, rows["end"] - rows["start"])
    # A spell is only seen from its thirtieth step on.
    over = np.isfinite(rows["predicted"]) & (lasted >= 1.5 * np.maximum(rows["predicted"], 30))
    return np.mean(np.isfinite(rows["end"][over]))


def final_spells(runs):
    rows = pooled(runs)
    return {key: value[np.isfinite(rows["silentAfter"])] for key, value in rows.items()}


def shortcut_share(node_runs, spell_runs):
    foretold = np.isfinite(final_spells(spell_runs)["predicted"]).sum()
    return 1 - foretold / (pooled(node_runs)["dead"] == 1).sum()


def coverage(runs):
    rows = final_spells(runs)
    known = np.isfinite(rows["predicted"])
    return np.mean(np.abs(rows["silentAfter"] - rows["predicted"])[known] <= rows["errorBound"][known])


def slope(runs):
    rows = final_spells(runs)
    long = rows["predicted"] >= LONG
    return np.polyfit(np.log(rows["predicted"][long]), np.log(np.maximum(1, rows["silentAfter"][long])), 1)[0]


def death_ratio(some, others):
    return np.mean([(run["dead"] == 1).sum() for run in some]) / np.mean([(run["dead"] == 1).sum() for run in others])


def rank_correlations(run):
    """Of each early quantity with the step of death, living nodes tied at the end."""
    death = np.where(run["dead"] == 1, run["silentFrom"], 1e9)
    early = {
        "gamma": run["earlyScale"], "outgoing norm": run["earlyOutgoingNorm"], "incoming norm": run["earlyIncomingNorm"], "beta": run["earlyShift"],
        "beta/gamma": run["earlyShift"] / run["earlyScale"], "minus angular step": -run["earlyAngularStep"],
    }
    return {name: spearmanr(values, death)[0] for name, values in early.items()}


def tenth(run):
    """The step by which a tenth of the nodes is dead."""
    return np.sort(np.where(run["dead"] == 1, run["silentFrom"], np.inf))[len(run["dead"]) // 10]


def clock(*cell_runs):
    points = [(np.log(float(cells[run["cell"][0]]["learningRate"])), np.log(tenth(run))) for runs in cell_runs for run in runs]
    return -np.polyfit(*zip(*points), 1)[0]


def shift_first(runs):
    rows = pooled(runs)
    dead = rows["dead"] == 1
    return np.mean(rows["lastPositiveShift"][dead] < rows["lastBusy"][dead])


def node_runs(*names):
    return runs_of(nodes, names)


law_nodes, law_spells = node_runs(*LAWS), runs_of(spells, LAWS)
ranks = {key: rank_correlations(run) for key, run in law_nodes.items()}
rivals = ["beta", "incoming norm", "minus angular step"]
measured = {
    "silence-share": estimate(collapse_share, node_runs("base")),
    "silence-share-large": estimate(collapse_share, node_runs("largeEpsilon")),
    "silence-share-small": estimate(collapse_share, node_runs("smallEpsilon")),
    "no-return": estimate(return_share, law_spells),
    "no-shortcut": (shortcut_share(list(law_nodes.values()), list(law_spells.values())), np.nan, np.nan),
    "delay-coverage": estimate(coverage, law_spells),
    "delay-slope": estimate(slope, law_spells),
    "no-l2": estimate(death_ratio, node_runs("noL2"), node_runs("base")),
    "outgoing": estimate(death_ratio, node_runs("frozenOutgoing"), node_runs("base")),
    "early-scale": (min(r["gamma"] for r in ranks.values()), np.nan, np.nan),
    "early-order": (sum(all(r["gamma"] > r[rival] for rival in rivals) for r in ranks.values()), np.nan, np.nan),
    "clock": estimate(clock, node_runs("slow"), node_runs("base"), node_runs("fast")),
    "order-shift-busy": estimate(shift_first, law_nodes),
}

with open(FOLDER / "predictions.csv", newline="") as source, open(FOLDER / "results.csv", "w", newline="") as target:
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["id", "cells", "quantity", "lowest", "highest", "measured", "intervalFrom", "intervalTo", "holds"])
    for row in csv.DictReader(source):
        value, low, high = measured[row["id"]]
        holds = float(row["lowest"]) <= value <= float(row["highest"])
        numbers = ["" if np.isnan(x) else f"{x:.4g}" for x in (value, low, high)]
        writer.writerow([row["id"], row["cells"], row["quantity"], row["lowest"], row["highest"], *numbers, "yes" if holds else "no"])
        print(f"{row['id']:22} {row['lowest']:>5} … {row['highest']:>5}   {value:.4g} ({low:.4g} … {high:.4g})   {'holds' if holds else 'FAILS'}")

print("\ncell            nodes  dead/run  silent from (median)  kappa (quartiles)       -beta/(gamma M) (median)   |w|")
for name in cells:
    runs = list(node_runs(name).values())
    if not runs:
        continue
    rows = pooled(runs)
    d = rows["dead"] == 1
    if not d.any():
        print(f"{name:15} {len(d):5} {0:8.1f}")
        continue
    share = -rows["lastShift"] / np.abs(rows["lastScale"]) / rows["largestStandardised"]
    kappa = np.percentile(rows["standardisation"][d], [25, 50, 75])
    print(f"{name:15} {len(d):5} {d.sum() / len(runs):8.1f} {np.median(rows['silentFrom'][d]):12.0f} {'':9} "
          f"{kappa[0]:.3f} {kappa[1]:.3f} {kappa[2]:.3f} {'':8} {np.median(share[d]):.3f} {'':8} {np.median(rows['lastIncomingNorm'][d]):.2e}")
final = final_spells(list(law_spells.values()))
known = np.isfinite(final["predicted"])
print(f"\nfinal spells {len(known)}, predicted {known.sum()}, of {LONG} steps and more {(final['predicted'] >= LONG).sum()}; "
      f"spells in all {sum(len(r['start']) for r in law_spells.values())}")
lag = final["silentAfter"][known] - final["predicted"][known]
print("measured - predicted, steps, percentiles 5 25 50 75 95:", np.percentile(lag, [5, 25, 50, 75, 95]))
long = final["predicted"] >= LONG
off = np.abs(final["silentAfter"] - final["predicted"])
print(f"of the long ones: within the error bound {np.mean((off <= final['errorBound'])[long]):.3f}, median |measured/predicted - 1| "
      f"{np.median((off / final['predicted'])[long]):.3f}, median predicted {np.median(final['predicted'][long]):.0f}, "
      f"median bound/predicted {np.median((final['errorBound'] / final['predicted'])[long]):.2f}")
print("beta < 0 at the start of the final spell:", np.sum(final["shift"] < 0), "of", len(known))
order = [["table", "quantity", "median", "lowest", "highest", "gain", "p"]]
print("\nrank correlation with the step of death, at alpha t = 5: median (smallest, largest) over the runs; Wilcoxon against gamma")
for name in next(iter(ranks.values())):
    values = np.array([r[name] for r in ranks.values()])
    gain = np.array([r["gamma"] - r[name] for r in ranks.values()])
    p = f"p = {wilcoxon(gain).pvalue:.2g}, median gain {np.median(gain):.2f}" if name != "gamma" else ""
    against = ["", ""] if name == "gamma" else [f"{np.median(gain):.2f}", f"{wilcoxon(gain).pvalue:.2g}"]
    order.append(["correlation", name, f"{np.median(values):.2f}", f"{values.min():.2f}", f"{values.max():.2f}", *against])
    print(f"{name:20} {np.median(values):5.2f} ({values.min():.2f}, {values.max():.2f})   {p}")
rows = pooled(list(law_nodes.values()))
d = (rows["dead"] == 1) & np.isfinite(rows["quietFrom"])
events = {"beta negative for good": rows["lastPositiveShift"], "largest gamma": rows["largestScaleStep"], "last batch over a quarter active": rows["lastBusy"],
          "start of the last quiet spell": rows["quietFrom"]}
print("\norder before death, in units of 1/alpha before the silence: median (quartiles)")
rate = np.array([float(cells[c]["learningRate"]) for c in rows["cell"]])
for name, steps in events.items():
    q = np.percentile(((rows["silentFrom"] - steps) * rate)[d], [50, 25, 75])
    order.append(["event", name, *(f"{x:.3g}" for x in q), "", ""])
    print(f"{name:34} {q[0]:6.2f} ({q[1]:.2f} … {q[2]:.2f})")
with open(FOLDER / "order.csv", "w", newline="") as target:
    csv.writer(target, lineterminator="\n").writerows(order)

with open(FOLDER / "quiet-length.dat", "w") as file:
    file.write("# predicted measured\n")
    for x, y in zip(final["predicted"][known], final["silentAfter"][known]):
        file.write(f"{max(1, x):g} {max(1, y):g}\n")
with open(FOLDER / "standardisation.dat", "w") as file:
    for name in ["smallEpsilon", "base", "largeEpsilon"]:
        runs = list(node_runs(name).values())
        if not runs:
            continue
        rows = pooled(runs)
        d = rows["dead"] == 1
        share = (-rows["lastShift"] / np.abs(rows["lastScale"]) / rows["largestStandardised"])[d]
        file.write(f"# {name}: -beta/(|gamma| M), kappa\n" + "".join(f"{x:.5g} {y:.5g}\n" for x, y in zip(share, rows["standardisation"][d])) + "\n\n")
