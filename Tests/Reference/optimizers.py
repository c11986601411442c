# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference values for OptimizersTests: torch.optim and torch's schedulers, driven on planted gradients in float64.

    python3 optimizers.py            writes optimizers.json beside this file
    python3 optimizers.py --check    makes the values anew with the installed torch and compares them with the file

Eight weights, 1,000 steps. Initial weights and gradients come from splitmix64, so that a test can make the same bits without a file:
draw k (from 0) of seed 2018 gives u = (next() >> 11) * 2**-53; draws 0..7 make the initial weights 2u - 1, then draw after draw
g[step, weight] = (2u - 1) * 2**-(2*weight), and weights 6 and 7 get a gradient of exactly 0 from step 300 on: dead, under L2 alone.

optimizers.json: {"torch": version, "l2": λ, "everyEpochs", "stepsPerEpoch", "factor": the step schedule,
"runs": {name: {"configuration": {...}, "checkpoints": {step: {"weights": [...], state name: [...], ...}}}},
"schedules": {name: [factor of epoch 0, 1, ...]} (for `warmup`, of step 0, 1, ... with 5 steps an epoch)}.
Scalars of a parameter (step, mu_product) are lists of one number.
"""
import json
import pathlib
import sys
import warnings

import torch
from torch.optim import lr_scheduler

FILE = pathlib.Path(__file__).with_suffix(".json")
STEPS, WEIGHTS, SILENT_FROM = 1000, 8, 300
CHECKPOINTS = (1, 2, 10, 300, 1000)
L2, STEPS_PER_EPOCH, EVERY_EPOCHS, FACTOR = 0.03125, 10, 25, 0.5
TOLERANCE = 1e-13  # another build of torch may fuse other multiply-adds

RUNS = {
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "heavyBall": (torch.optim.SGD, dict(lr=0.01, momentum=0.9)),
    "nesterov": (torch.optim.SGD, dict(lr=0.01, momentum=0.9, nesterov=True)),
    "adagrad": (torch.optim.Adagrad, dict()),
    "adagrad.decayed": (torch.optim.Adagrad, dict(lr=0.05, lr_decay=0.01, initial_accumulator_value=0.1)),
    "rmsprop": (torch.optim.RMSprop, dict()),
    "rmsprop.centered": (torch.optim.RMSprop, dict(centered=True)),
    "rmsprop.momentum": (torch.optim.RMSprop, dict(lr=0.001, momentum=0.9)),
    "rmsprop.centered.momentum": (torch.optim.RMSprop, dict(lr=0.001, momentum=0.9, centered=True)),
    "adadelta": (torch.optim.Adadelta, dict()),
    "adam": (torch.optim.Adam, dict()),
    "adam.lowBeta1": (torch.optim.Adam, dict(lr=0.01, betas=(0.3, 0.99), eps=1e-6)),
    "amsgrad": (torch.optim.Adam, dict(amsgrad=True)),
    "adamax": (torch.optim.Adamax, dict()),
    "nadam": (torch.optim.NAdam, dict()),
    "adamw": (torch.optim.AdamW, dict(lr=0.01)),
}


def splitmix64(seed):
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield ((z ^ (z >> 31)) >> 11) * 2.0**-53


def planted():
    draws = splitmix64(2018)
    initial = [2 * next(draws) - 1 for _ in range(WEIGHTS)]
    gradients = []
    for step in range(STEPS):
        row = [(2 * next(draws) - 1) * 2.0 ** (-2 * weight) for weight in range(WEIGHTS)]
        if step >= SILENT_FROM:
            row[6] = row[7] = 0.0
        gradients.append(row)
    return initial, torch.tensor(gradients)


def run(kind, options):
    initial, gradients = planted()
    weights = torch.nn.Parameter(torch.tensor(initial))
    if kind is not torch.optim.AdamW:  # its weight_decay is the decoupled one, left at torch's default
        options = options | dict(weight_decay=L2)
    optimizer = kind([weights], foreach=False, **options)
    schedule = lr_scheduler.StepLR(optimizer, step_size=EVERY_EPOCHS, gamma=FACTOR)
    checkpoints = {}
    for step in range(1, STEPS + 1):
        weights.grad = gradients[step - 1].clone()
        optimizer.step()
        if step % STEPS_PER_EPOCH == 0:
            schedule.step()
        if step in CHECKPOINTS:
            state = {"weights": weights.tolist()}
            for name, value in optimizer.state[weights].items():
                if value is not None:
                    state[name] = value.reshape(-1).tolist()
            checkpoints[str(step)] = state
    return checkpoints


def factors(make, count):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimizer)
    values = []
    for _ in range(count):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


def warmup_then_step():
    """LinearLR by the step, chained with StepLR by the epoch of 5 steps (as a StepLR of 5 times as many steps)."""
    def make(optimizer):
        linear = lr_scheduler.LinearLR(optimizer, start_factor=1 / 12, end_factor=1.0, total_iters=11)
        halving = lr_scheduler.StepLR(optimizer, step_size=2 * 5, gamma=0.5)
        return lr_scheduler.ChainedScheduler([linear, halving], optimizer)

    return factors(make, 60)


def make():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    runs = {}
    for name, (kind, options) in RUNS.items():
        runs[name] = {"configuration": {key: list(v) if isinstance(v, tuple) else v for key, v in options.items()},
                      "checkpoints": run(kind, options)}
    schedules = {
        "step": factors(lambda o: lr_scheduler.StepLR(o, step_size=7, gamma=0.3), 40),
        "exponential": factors(lambda o: lr_scheduler.ExponentialLR(o, gamma=0.97), 40),
        "cosine": factors(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=40, eta_min=0.0), 40),
        "cosine.minimum": factors(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=40, eta_min=0.125), 41),
        "warmup": warmup_then_step(),
    }
    return {"torch": torch.__version__, "l2": L2, "everyEpochs": EVERY_EPOCHS, "stepsPerEpoch": STEPS_PER_EPOCH, "factor": FACTOR,
            "runs": runs, "schedules": schedules}


def compare(stored, made):
    """Largest max|difference| / max|value| over all lists, and where."""
    worst, where = 0.0, ""

    def visit(path, a, b):
        nonlocal worst, where
        if isinstance(a, list):
            if len(a) != len(b):
                sys.exit(f"{path}: {len(a)} values stored, {len(b)} made")
            scale = max(map(abs, a), default=0.0) or 1.0
            difference = max((abs(x - y) for x, y in zip(a, b)), default=0.0) / scale
            if not difference <= worst:
                worst, where = difference, path
        elif isinstance(a, dict):
            if set(a) != set(b):
                sys.exit(f"{path}: keys differ: {sorted(set(a) ^ set(b))}")
            for key in a:
                visit(f"{path}/{key}", a[key], b[key])

    visit("runs", {n: r["checkpoints"] for n, r in stored["runs"].items()}, {n: r["checkpoints"] for n, r in made["runs"].items()})
    visit("schedules", stored["schedules"], made["schedules"])
    return worst, where


if __name__ == "__main__":
    made = make()
    if sys.argv[1:] == ["--check"]:
        stored = json.loads(FILE.read_text())
        worst, where = compare(stored, made)
        print(f"optimizers.json (torch {stored['torch']}) against torch {made['torch']}: largest difference {worst:.1e} at {where or '-'}")
        sys.exit(0 if worst <= TOLERANCE else 1)
    if sys.argv[1:]:
        sys.exit(__doc__)
    FILE.write_text(json.dumps(made, indent=None, separators=(",", ":")).replace('"checkpoints"', '\n"checkpoints"') + "\n")
    print(f"wrote {FILE.name}, {FILE.stat().st_size} bytes, with torch {made['torch']}")
