# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference trajectories under sparsity-inducing penalties: 300 float64 steps of a small network, PyTorch's optimisers.

    python3 sparsity.py                writes sparsity.safetensors beside this file
    python3 sparsity.py --check        makes the trajectories anew with the installed torch and compares them with the file
    python3 sparsity.py --sensitivity  by how much a start perturbed by 1e-15 moves each final state: no run is chaotic

Network: nn.Sequential(Linear(6, 5), ReLU(), Linear(5, 3)); loss: mean softmax cross-entropy, and λ·R(0.weight). Data, order and initial
parameters are those of trajectories.py. Batch 8, StepLR halves every 25 epochs of 5 steps.

Subgradient: R is a term of the loss, and autograd differentiates it. Proximal: after the optimiser's step the weights u become the minimiser of
½Σ d_j (w_j − u_j)² + αλ·R(w), in closed form for d = 1 and for L1; for the group lasso in the metric d = √v/√(1−β₂ᵗ) + ε by a bracketed root
(Brent) of the condition on ‖w‖.

sparsity.safetensors holds, float64 unless said otherwise: inputs [40, 6]; targets [40] int64; order [300, 8] uint8; initial/<parameter>;
<run>/<step>/<parameter> after 10, 100 and 300 steps; as metadata `torch` and `runs`: JSON, by run, {"optimizer", "sparsity"} as in a configuration.
"""
import json
import sys
from pathlib import Path

import numpy
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from scipy.optimize import brentq

from trajectories import BATCH, SAMPLES, TOLERANCE, difference, drawn

FILE = Path(__file__).with_suffix(".safetensors")
STEPS, EVERY_EPOCHS, FACTOR = 300, 25, 0.5
CHECKPOINTS = (10, 100, 300)
SGD, ADAM = {"sgd": {"learningRate": 0.05}}, {"adam": {"learningRate": 0.005}}


def penalty(kind, coefficient, method="proximal", **options):
    return {kind: {"coefficient": coefficient, "method": method, **options}}


RUNS = {
    "sgdGroupProximal": (SGD, penalty("groupLasso", 0.3)),
    "sgdGroupScaled": (SGD, penalty("groupLasso", 0.12, scalesWithGroupSize=True)),
    "sgdGroupSubgradient": (SGD, penalty("groupLasso", 0.02, "subgradient")),
    "sgdL1Proximal": (SGD, penalty("l1", 0.06)),
    "sgdL1Subgradient": (SGD, penalty("l1", 0.01, "subgradient")),
    "adamGroupProximal": (ADAM, penalty("groupLasso", 3)),
    "adamGroupDenominator": (ADAM, penalty("groupLasso", 0.3, metric="denominator")),
    "adamGroupSubgradient": (ADAM, penalty("groupLasso", 0.02, "subgradient")),
    "adamL1Proximal": (ADAM, penalty("l1", 0.8)),
    "adamL1Denominator": (ADAM, penalty("l1", 0.05, metric="denominator")),
    "adamL1Subgradient": (ADAM, penalty("l1", 0.01, "subgradient")),
}


def regulariser(kind, options, weight):
    if kind == "l1":
        return options["coefficient"] * weight.abs().sum()
    factor = weight.shape[1] ** 0.5 if options.get("scalesWithGroupSize") else 1.0
    return options["coefficient"] * factor * torch.linalg.vector_norm(weight, dim=1).sum()


def proximal(kind, options, weight, alpha, metric):
    """The minimiser for each row of weight [rows, columns] and metric [rows, columns]."""
    kappa = alpha * options["coefficient"]
    if kind == "l1":
        return numpy.sign(weight) * numpy.maximum(numpy.abs(weight) - kappa / metric, 0)
    if options.get("scalesWithGroupSize"):
        kappa *= weight.shape[1] ** 0.5
    result = numpy.zeros_like(weight)
    for row, (u, d) in enumerate(zip(weight, metric)):
        a = d * u
        if numpy.linalg.norm(a) <= kappa:
            continue
        if (d == 1).all():
            result[row] = u * (1 - kappa / numpy.linalg.norm(u))
            continue
        length = brentq(lambda t: numpy.sum((a / (d * t + kappa)) ** 2) - 1, 0, 2 * numpy.linalg.norm(u), xtol=1e-300, rtol=1e-15)
        result[row] = a * length / (d * length + kappa)
    return result


def train(optimizer_options, sparsity, perturbation=0.0):
    inputs, targets, order, initial = drawn()
    (name, hyper), = optimizer_options.items()
    (kind, options), = sparsity.items()
    model = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))
    source = {"0.weight": "0.weight", "0.bias": "0.bias", "2.weight": "3.weight", "2.bias": "3.bias"}
    model.load_state_dict({ours: torch.tensor(initial[theirs] * (1 + perturbation)) for ours, theirs in source.items()})
    made = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[name](model.parameters(), lr=hyper["learningRate"], foreach=False)
    schedule = torch.optim.lr_scheduler.StepLR(made, step_size=EVERY_EPOCHS, gamma=FACTOR)
    x, y, rows = torch.tensor(inputs), torch.tensor(targets), torch.tensor(order.astype(numpy.int64))
    weight = model[0].weight
    tensors = {}
    for step in range(1, STEPS + 1):
        batch = rows[step - 1]
        made.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x[batch]), y[batch])
        if options["method"] == "subgradient":
            loss = loss + regulariser(kind, options, weight)
        loss.backward()
        made.step()
        if options["method"] == "proximal":
            metric = numpy.ones((5, 6))
            if options.get("metric") == "denominator":
                state = made.state[weight]
                metric = state["exp_avg_sq"].numpy() ** 0.5 / (1 - 0.999 ** float(state["step"])) ** 0.5 + 1e-8
            alpha = schedule.get_last_lr()[0]
            with torch.no_grad():
                weight.copy_(torch.tensor(proximal(kind, options, weight.detach().numpy(), alpha, metric)))
        if step * BATCH % SAMPLES == 0:
            schedule.step()
        if step in CHECKPOINTS:
            for parameter, value in model.named_parameters():
                tensors[f"{step}/{parameter}"] = value.detach().numpy().copy()
    return tensors


def make():
    inputs, targets, order, initial = drawn()
    tensors = {"inputs": inputs, "targets": targets.astype(numpy.int64), "order": order[:STEPS].copy()}
    for ours, theirs in {"0.weight": "0.weight", "0.bias": "0.bias", "2.weight": "3.weight", "2.bias": "3.bias"}.items():
        tensors[f"initial/{ours}"] = initial[theirs]
    for run, (optimizer, sparsity) in RUNS.items():
        for name, value in train(optimizer, sparsity).items():
            tensors[f"{run}/{name}"] = value
    return tensors


def check():
    stored, made = load_file(FILE), make()
    with safe_open(FILE, "numpy") as file:
        version = file.metadata()["torch"]
    if set(stored) != set(made):
        sys.exit(f"tensors differ: {sorted(set(stored) ^ set(made))[:5]}")
    worst, where = max((difference(stored[n], made[n]), n) for n in stored)
    print(f"{FILE.name} (torch {version}) against torch {torch.__version__}: largest difference {worst:.1e} at {where}")
    return 0 if worst <= TOLERANCE else 1


def sensitivity():
    for run, (optimizer, sparsity) in RUNS.items():
        start, moved = (train(optimizer, sparsity, p) for p in (0.0, 1e-15))
        worst, where = max((difference(start[n], moved[n]), n) for n in start)
        weight = start[f"{STEPS}/0.weight"]
        zeros = f"{(weight == 0).all(axis=1).sum()} zero rows, {(weight == 0).sum()} zero weights"
        print(f"{run:22} {worst:.1e} at {where}; {zeros}")


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    if sys.argv[1:] == ["--sensitivity"]:
        sys.exit(sensitivity())
    if sys.argv[1:]:
        sys.exit(__doc__)
    runs = {name: {"optimizer": optimizer, "sparsity": sparsity} for name, (optimizer, sparsity) in RUNS.items()}
    save_file(make(), FILE, metadata={"torch": torch.__version__, "runs": json.dumps(runs)})
    print(f"wrote {FILE.name}, {FILE.stat().st_size} bytes, with torch {torch.__version__}")
