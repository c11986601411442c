#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the runs of methods.csv and writes results.csv, one row a model: frontier.py [--seeds 101,102,…] [--base sparsity-baseline.yaml]
[--methods methods.csv] [--out results.csv] [--runs FOLDER]

methods.csv: method; strengths, separated by spaces; overrides of the base in which STRENGTH stands for one of them, separated by a bar;
the threshold ξ of a node's norm up to which it counts as zero. Methods whose first override is PRUNE take the model of `plain` of the same
seed and keep as many nodes as the strength says.

A zero node is removed exactly: its output is the constant max(b, 0), which goes into the next bias. Nodes, parameters and the test error are
those of the reduced network; `nonzero` counts its weights that are not 0, `zeroNodes` the nodes of norm exactly 0, and `errorBefore` is the
test error before removal. Rows that results.csv has are not made anew, so that an interrupted table goes on; one seed is done after the
other. Needs NumPy and a release build of adamprobe.
"""
import argparse
import csv
import datetime
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
PROGRAM = FOLDER.parent.parent / ".build/release/adamprobe"
COLUMNS = ["method", "strength", "seed", "nodes", "parameters", "nonzero", "zeroNodes", "errorBefore", "error", "largestRemovedNorm", "smallestKeptNorm"]


def adamprobe(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def run(base, overrides, out):
    """Trains, unless it is there, and returns the summary."""
    if not (out / "summary.json").exists():
        shutil.rmtree(out, ignore_errors=True)
        adamprobe("run", base, "--quiet", "--out", out, *[word for override in overrides for word in ("--set", override)])
    return json.loads((out / "summary.json").read_text())


def read_model(path):
    """The tensors of a safetensors file of float32."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8:8 + length]), data[8 + length:]
    return {
        name: np.frombuffer(body[entry["data_offsets"][0]:entry["data_offsets"][1]], "<f4").reshape(entry["shape"])
        for name, entry in header.items() if name != "__metadata__"}


def write_model(tensors, path):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(t.tobytes() for t in tensors.values()))


def reduce(model, threshold):
    """The model without its zero nodes, and the norms of all nodes beside which were kept."""
    norms = np.linalg.norm(model["0.weight"].astype(float), axis=1)
    kept = norms > threshold
    constants = np.where(kept, 0, np.maximum(model["0.bias"].astype(float), 0))
    bias = model["2.bias"].astype(float) + model["2.weight"].astype(float) @ constants
    reduced = {"0.weight": model["0.weight"][kept], "0.bias": model["0.bias"][kept],
               "2.weight": np.ascontiguousarray(model["2.weight"][:, kept]), "2.bias": bias.astype(np.float32)}
    return reduced, norms, kept


def test_error(base, model, folder):
    """The test error of a model with one hidden layer, by adamprobe. A model without hidden nodes gets one that does nothing."""
    if len(model["0.weight"]) == 0:
        inputs, outputs = model["0.weight"].shape[1], len(model["2.bias"])
        model = model | {"0.weight": np.zeros((1, inputs), np.float32), "0.bias": np.zeros(1, np.float32), "2.weight": np.zeros((outputs, 1), np.float32)}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_model(model, folder / "reduced.safetensors")
    overrides = [f"network.0.dense={len(model['0.weight'])}", f"initial={folder / 'reduced.safetensors'}", "steps=0", "probe=none"]
    return run(base, overrides, folder / "run")["testError"]


def measure(base, method, strength, seed, threshold, model, runs):
    reduced, norms, kept = reduce(model, threshold)
    scratch = runs / "evaluation"
    return {
        "method": method, "strength": strength, "seed": seed, "nodes": int(kept.sum()),
        "parameters": sum(t.size for t in reduced.values()), "nonzero": sum(int(np.count_nonzero(t)) for t in reduced.values()),
        "zeroNodes": int((norms == 0).sum()), "errorBefore": f"{test_error(base, model, scratch):.6g}", "error": f"{test_error(base, reduced, scratch):.6g}",
        "largestRemovedNorm": f"{norms[~kept].max(initial=0):.3g}", "smallestKeptNorm": f"{norms[kept].min(initial=np.inf):.3g}"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="101,102,103,104,105")
    parser.add_argument("--base", default=FOLDER / "sparsity-baseline.yaml", help="a configuration, by file or by name")
    parser.add_argument("--methods", type=Path, default=FOLDER / "methods.csv")
    parser.add_argument("--out", type=Path, default=FOLDER / "results.csv")
    parser.add_argument("--runs", type=Path, default=FOLDER.parent.parent / "runs/sparsity-baseline")
    options = parser.parse_args()
    options.runs = options.runs.resolve()
    rows = list(csv.DictReader(options.out.open(newline=""))) if options.out.exists() else []
    done = {(row["method"], row["strength"], row["seed"]) for row in rows}
    methods = list(csv.DictReader(options.methods.open(newline="")))
    with options.out.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if not rows:
            writer.writeheader()
        for seed in options.seeds.split(","):
            for entry in methods:
                overrides = entry["overrides"].split("|")
                for strength in entry["strengths"].split():
                    if (entry["method"], strength, seed) in done:
                        continue
                    name = f"{entry['method']}-{strength}-{seed}"
                    if overrides[0] == "PRUNE":
                        plain, pruned = options.runs / f"plain-0-{seed}", options.runs / f"{name}.safetensors"
                        by, tuning = overrides[1], overrides[2:]
                        adamprobe("prune", plain, "--keep", strength, "--by", by, "--out", pruned)
                        if tuning:
                            run(options.base, [f"seed={seed}", f"initial={pruned}", "probe=none"] + tuning, options.runs / name)
                        model = read_model(options.runs / name / "model.safetensors" if tuning else pruned)
                    else:
                        run(options.base, [f"seed={seed}", "probe=none"] + [o.replace("STRENGTH", strength) for o in overrides if o], options.runs / name)
                        model = read_model(options.runs / name / "model.safetensors")
                    writer.writerow(measure(options.base, entry["method"], strength, seed, float(entry["threshold"]), model, options.runs))
                    file.flush()
    # Whatever the order in which an interrupted table was filled.
    place = {(seed, e["method"], s): i for i, (seed, e, s) in enumerate(
        (seed, e, s) for seed in options.seeds.split(",") for e in methods for s in e["strengths"].split())}
    rows = sorted(csv.DictReader(options.out.open(newline="")), key=lambda r: place.get((r["seed"], r["method"], r["strength"]), len(place)))
    with options.out.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    manifest = json.loads((options.runs / f"plain-0-{options.seeds.split(',')[0]}" / "manifest.json").read_text())
    record = {"seeds": [int(s) for s in options.seeds.split(",")], "ended": datetime.datetime.now(datetime.timezone.utc).isoformat("T", "seconds"),
              "environment": manifest["environment"]}
    options.out.with_name(options.out.stem.replace("results", "environment") + ".json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
