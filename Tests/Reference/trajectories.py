# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference trajectories: 1,000 float64 steps of a small network under every optimiser that PyTorch has.

    python3 trajectories.py                writes trajectories.safetensors beside this file
    python3 trajectories.py --check        makes the trajectories anew with the installed torch and compares them with the file
    python3 trajectories.py --sensitivity  by how much a start perturbed by 1e-15 moves each final state: no run is chaotic

Network: nn.Sequential(Linear(6, 5), BatchNorm1d(5), ReLU(), Linear(5, 3)); loss: mean softmax cross-entropy. Variant `plain` has a first
layer without bias, variant `bias` with one (its true gradient is zero, so its values are rounding noise and can't be compared: PyTorch's
own value changes with the order of summation). 40 samples, batch 8, 5 steps an epoch, 200 epochs; StepLR halves every 50 epochs.
Coupled L2 of λ = 0.005 on weights only (tensors of two dimensions), but for AdamW, whose decoupled decay of 0.01 is on all parameters, as
PyTorch has it by default.

trajectories.safetensors holds, little-endian float64 unless said otherwise:
    inputs [40, 6]; targets [40] int64; order [1000, 8] uint8, the sample indices of each step
    <variant>/initial/<parameter>                          0.weight [5, 6], (0.bias [5],) 1.weight [5], 1.bias [5], 3.weight [3, 5], 3.bias [3]
    <variant>/<run>/<step>/<parameter>                     after that many steps; steps 10, 100, 400 and 1000
    <variant>/<run>/1000/1.running_mean, 1.running_var     buffers of the batch norm at the end
    <variant>/<run>/1000/<parameter>.<state>               PyTorch's optimiser state at the end: exp_avg, momentum_buffer, …;
                                                           step and mu_product are float64 [1]
and as metadata `torch` (the version), `l2`, and `runs`: JSON, by run, {"optimizer": key, …its hyper-parameters} in the words of a configuration.
"""
import json
import pathlib
import sys

import numpy
import torch
from safetensors.numpy import load_file, save_file
from safetensors import safe_open

FILE = pathlib.Path(__file__).with_suffix(".safetensors")
SAMPLES, INPUTS, HIDDEN, CLASSES = 40, 6, 5, 3
STEPS, BATCH, EVERY_EPOCHS, FACTOR, L2 = 1000, 8, 50, 0.5, 0.005
CHECKPOINTS = (10, 100, 400, 1000)
TOLERANCE = 1e-12  # what is asked of our own trajectories too

optim = torch.optim
# name: (torch's optimiser, torch's options, our configuration)
RUNS = {
    "sgd": (optim.SGD, dict(lr=0.05), dict(optimizer="sgd", learningRate=0.05)),
    "heavyBall": (optim.SGD, dict(lr=0.02, momentum=0.9), dict(optimizer="sgd", learningRate=0.02, momentum=0.9)),
    "nesterov": (optim.SGD, dict(lr=0.02, momentum=0.9, nesterov=True),
                 dict(optimizer="sgd", learningRate=0.02, momentum=0.9, nesterov=True)),
    "adagrad": (optim.Adagrad, dict(lr=0.05), dict(optimizer="adagrad", learningRate=0.05)),
    "rmsprop": (optim.RMSprop, dict(lr=0.002), dict(optimizer="rmsprop", learningRate=0.002)),
    "rmspropCentered": (optim.RMSprop, dict(lr=0.002, centered=True), dict(optimizer="rmsprop", learningRate=0.002, centered=True)),
    "rmspropMomentum": (optim.RMSprop, dict(lr=0.0005, momentum=0.9, centered=True),
                        dict(optimizer="rmsprop", learningRate=0.0005, momentum=0.9, centered=True)),
    "adadelta": (optim.Adadelta, dict(lr=0.5), dict(optimizer="adadelta", learningRate=0.5)),
    "adam": (optim.Adam, dict(lr=0.005), dict(optimizer="adam", learningRate=0.005)),
    "amsgrad": (optim.Adam, dict(lr=0.005, amsgrad=True), dict(optimizer="amsgrad", learningRate=0.005)),
    "adamax": (optim.Adamax, dict(lr=0.005), dict(optimizer="adamax", learningRate=0.005)),
    "nadam": (optim.NAdam, dict(lr=0.005), dict(optimizer="nadam", learningRate=0.005)),
    "adamw": (optim.AdamW, dict(lr=0.005, weight_decay=0.01), dict(optimizer="adamw", learningRate=0.005, weightDecay=0.01)),
}


def drawn():
    """Data, order and initial parameters, from one seeded generator."""
    random = numpy.random.default_rng(1812)
    targets = random.integers(0, CLASSES, SAMPLES)
    centres = random.normal(size=(CLASSES, INPUTS))
    inputs = centres[targets] + 0.8 * random.normal(size=(SAMPLES, INPUTS))
    epochs = STEPS * BATCH // SAMPLES
    order = numpy.stack([random.permutation(SAMPLES) for _ in range(epochs)]).reshape(STEPS, BATCH).astype(numpy.uint8)
    initial = {
        "0.weight": random.normal(size=(HIDDEN, INPUTS)) * (2 / INPUTS) ** 0.5,
        "0.bias": 0.1 * random.normal(size=HIDDEN),
        "1.weight": 1 + 0.1 * random.normal(size=HIDDEN),
        "1.bias": 0.1 * random.normal(size=HIDDEN),
        "3.weight": random.normal(size=(CLASSES, HIDDEN)) * (2 / HIDDEN) ** 0.5,
        "3.bias": 0.1 * random.normal(size=CLASSES),
    }
    return inputs, targets, order, initial


def train(kind, options, biased, perturbation=0.0):
    """{`<step>/<tensor>`: values} of one run."""
    inputs, targets, order, initial = drawn()
    model = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN, bias=biased), torch.nn.BatchNorm1d(HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    names = [name for name, _ in model.named_parameters()]
    model.load_state_dict({name: torch.tensor(initial[name] * (1 + perturbation)) for name in names}, strict=False)
    weights = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    groups = [dict(params=weights, weight_decay=L2), dict(params=others, weight_decay=0.0)]
    if kind is optim.AdamW:
        groups = list(model.parameters())
    optimizer = kind(groups, foreach=False, **options)
    schedule = optim.lr_scheduler.StepLR(optimizer, step_size=EVERY_EPOCHS, gamma=FACTOR)
    x, y, rows = torch.tensor(inputs), torch.tensor(targets), torch.tensor(order.astype(numpy.int64))
    tensors = {}
    for step in range(1, STEPS + 1):
        batch = rows[step - 1]
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
        if step * BATCH % SAMPLES == 0:
            schedule.step()
        if step in CHECKPOINTS:
            for name, parameter in model.named_parameters():
                tensors[f"{step}/{name}"] = parameter.detach().numpy().copy()
    for name in ("1.running_mean", "1.running_var"):
        tensors[f"{STEPS}/{name}"] = model.state_dict()[name].numpy().copy()
    for name, parameter in model.named_parameters():
        for state, value in optimizer.state[parameter].items():
            if value is not None:
                shape = value.shape if value.ndim else (1,)
                tensors[f"{STEPS}/{name}.{state}"] = value.detach().to(torch.float64).reshape(shape).numpy().copy()
    return tensors


def make():
    inputs, targets, order, initial = drawn()
    tensors = {"inputs": inputs, "targets": targets.astype(numpy.int64), "order": order}
    for variant in ("plain", "bias"):
        for name, value in initial.items():
            if variant == "bias" or name != "0.bias":
                tensors[f"{variant}/initial/{name}"] = value
        for run, (kind, options, _) in RUNS.items():
            for name, value in train(kind, options, variant == "bias").items():
                tensors[f"{variant}/{run}/{name}"] = value
    return tensors


def is_noise(name):
    """The dense bias in front of the batch norm: its gradient is rounding noise, which adaptive optimisers blow up to full steps. The
    running mean, which contains the bias, goes with it."""
    return name.startswith("bias/") and "/initial/" not in name and ("/0.bias" in name or "running_mean" in name)


def difference(a, b):
    """max|a - b| / max|a|, infinite where anything is not finite."""
    a, b = a.astype(float), b.astype(float)
    if not (numpy.isfinite(a).all() and numpy.isfinite(b).all()):
        return float("inf")
    return float(numpy.max(numpy.abs(a - b)) / (numpy.max(numpy.abs(a)) or 1.0))


def check():
    stored, made = load_file(FILE), make()
    with safe_open(FILE, "numpy") as file:
        version = file.metadata()["torch"]
    if set(stored) != set(made):
        sys.exit(f"tensors differ: {sorted(set(stored) ^ set(made))[:5]}")
    worst, where = max((difference(stored[n], made[n]), n) for n in stored if not is_noise(n))
    print(f"{FILE.name} (torch {version}) against torch {torch.__version__}: largest difference {worst:.1e} at {where}")
    return 0 if worst <= TOLERANCE else 1


def sensitivity():
    for variant in ("plain", "bias"):
        for run, (kind, options, _) in RUNS.items():
            start, moved = (train(kind, options, variant == "bias", p) for p in (0.0, 1e-15))
            worst, where = max((difference(start[n], moved[n]), n) for n in start if not is_noise(f"{variant}/x/{n}"))
            print(f"{variant:6} {run:16} {worst:.1e} at {where}")


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    if sys.argv[1:] == ["--sensitivity"]:
        sys.exit(sensitivity())
    if sys.argv[1:]:
        sys.exit(__doc__)
    runs = {name: configuration for name, (_, _, configuration) in RUNS.items()}
    save_file(make(), FILE, metadata={"torch": torch.__version__, "l2": str(L2), "runs": json.dumps(runs)})
    print(f"wrote {FILE.name}, {FILE.stat().st_size} bytes, with torch {torch.__version__}")
