# SPDX-License-Identifier: GPL-3.0-or-later
"""One run made twice: 300 float64 steps on real digits, here by PyTorch, in Tests/ExperimentsTests/ParityTests.swift by AdamProbe.

    python3 parity.py           writes parity.safetensors beside this file
    python3 parity.py --check   makes the run anew with the installed torch and compares it with the file
    python3 parity.py --load MODEL.safetensors
                                loads a model file with load_state_dict(strict=True) into the network below and prints the sum of its
                                outputs, in evaluation mode, on the training samples

Network: nn.Sequential(Linear(64, 24, bias=False), BatchNorm1d(24), ReLU(), Linear(24, 10)); loss: mean softmax cross-entropy. Adam with
PyTorch's defaults, coupled L2 of 5e-4 on weights only, batch 64, StepLR halving every 4 epochs. The samples are the training set of
AdamProbe's digits: the first 1,437 rows of Sources/Datasets/Resources/digits.csv.gz, pixels / 16; an epoch has 23 steps, the last of 29
samples.

parity.safetensors holds, little-endian float64 unless said otherwise:
    order [300, 64] int32              the samples of each step, -1 after the end of a smaller batch
    initial/<tensor>                   the state_dict before training
    <step>/<tensor>                    BN parameters, running statistics and the output layer after 10, 50 and 150 steps; everything after 300
    300/<parameter>.<state>            exp_avg, exp_avg_sq, step
"""
import csv
import gzip
import pathlib
import sys

import numpy
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

FILE = pathlib.Path(__file__).with_suffix(".safetensors")
DIGITS = pathlib.Path(__file__).parents[2] / "Sources/Datasets/Resources/digits.csv.gz"
SAMPLES, HIDDEN, STEPS, BATCH, L2, EVERY_EPOCHS = 1437, 24, 300, 64, 5e-4, 4
CHECKPOINTS = (10, 50, 150, 300)
TOLERANCE = 1e-12  # what is asked of our own run too


def samples():
    with gzip.open(DIGITS, "rt") as file:
        rows = numpy.array([[float(field) for field in row] for row in csv.reader(file)][:SAMPLES])
    return torch.tensor(rows[:, :64] / 16), torch.tensor(rows[:, 64].astype(numpy.int64))


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(64, HIDDEN, bias=False), torch.nn.BatchNorm1d(HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))


def drawn():
    """Order and initial state, from one seeded generator."""
    random = numpy.random.default_rng(300)
    padded = numpy.full(-SAMPLES % BATCH, -1)
    epochs = -(-STEPS * BATCH // SAMPLES)
    order = numpy.concatenate([numpy.concatenate([random.permutation(SAMPLES), padded]) for _ in range(epochs)])
    order = order.reshape(-1, BATCH)[:STEPS]
    model = network()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    state["0.weight"] = torch.tensor(random.normal(size=(HIDDEN, 64)) * (2 / 64) ** 0.5)
    state["3.weight"] = torch.tensor(random.normal(size=(10, HIDDEN)) * (2 / HIDDEN) ** 0.5)
    state["3.bias"] = torch.zeros(10)
    return order, state


def make():
    order, initial = drawn()
    model = network()
    model.load_state_dict(initial, strict=True)
    weights = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    optimizer = torch.optim.Adam([dict(params=weights, weight_decay=L2), dict(params=others, weight_decay=0.0)], lr=1e-3, foreach=False)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=EVERY_EPOCHS, gamma=0.5)
    inputs, targets = samples()
    tensors = {"order": order.astype(numpy.int32)}
    tensors |= {f"initial/{name}": value.numpy() for name, value in initial.items()}
    for step in range(1, STEPS + 1):
        row = order[step - 1]
        batch = torch.tensor(row[row >= 0])
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs[batch]), targets[batch]).backward()
        optimizer.step()
        if (row < 0).any():
            schedule.step()
        if step in CHECKPOINTS:
            for name, value in model.state_dict().items():
                if step == STEPS or name != "0.weight":
                    tensors[f"{step}/{name}"] = value.numpy().copy()
    for name, parameter in model.named_parameters():
        for state, value in optimizer.state[parameter].items():
            tensors[f"{STEPS}/{name}.{state}"] = value.to(torch.float64).numpy().copy()
    return tensors


def difference(a, b):
    """max|a - b| / max|a|, infinite where anything is not finite."""
    a, b = a.astype(float), b.astype(float)
    if a.shape != b.shape or not (numpy.isfinite(a).all() and numpy.isfinite(b).all()):
        return float("inf")
    return float(numpy.max(numpy.abs(a - b)) / (numpy.max(numpy.abs(a)) or 1.0))


def check():
    stored, made = load_file(FILE), make()
    if set(stored) != set(made):
        sys.exit(f"tensors differ: {sorted(set(stored) ^ set(made))[:5]}")
    with safe_open(FILE, "numpy") as file:
        version = file.metadata()["torch"]
    worst, where = max((difference(stored[name], made[name]), name) for name in stored)
    print(f"{FILE.name} (torch {version}) against torch {torch.__version__}: largest difference {worst:.1e} at {where}")
    return 0 if worst <= TOLERANCE else 1


def load(path):
    model = network()
    model.load_state_dict({name: torch.tensor(value) for name, value in load_file(path).items()}, strict=True)
    model.eval()
    with torch.no_grad():
        print(repr(float(model(samples()[0]).sum())))


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    if sys.argv[1:2] == ["--load"] and len(sys.argv) == 3:
        load(sys.argv[2])
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        save_file(make(), FILE, metadata={"torch": torch.__version__})
        print(f"wrote {FILE.name}, {FILE.stat().st_size} bytes, with torch {torch.__version__}")
