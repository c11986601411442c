# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference values for NetworksTests: torch's activations, batch normalisation and losses, forward and backward, in float64.

    python3 networks.py            writes networks.json beside this file
    python3 networks.py --check    makes the values anew with the installed torch and compares them with the file

networks.json: {"torch": version, "activations": {name: {"z": [...], "y": φ(z), "slope": φ′(z)}},
"batchNorm": {"epsilon", "momentum", "scale", "shift", "batches": [{"x": [[...]...], "delta", "y", "inputGradient", "scaleGradient",
"shiftGradient", "runningMean", "runningVariance"}...], "evaluation": {"x", "y"}},
"losses": [{"loss", "output": [[...]...], "classes" or "values", "mean", "gradient"}...]}.
"""
import json
import pathlib
import sys

import torch
from torch import nn

FILE = pathlib.Path(__file__).with_suffix(".json")
# Another build of torch may have other vector exponentials; a difference that a user could see is far larger.
TOLERANCE = 1e-13

ACTIVATIONS = {
    "relu": nn.ReLU(),
    "leakyReLU": nn.LeakyReLU(),
    "leakyReLU.slope": nn.LeakyReLU(0.3),
    "elu": nn.ELU(),
    "elu.alpha": nn.ELU(alpha=0.7),
    "selu": nn.SELU(),
    "gelu": nn.GELU(),
    "gelu.tanh": nn.GELU(approximate="tanh"),
    "silu": nn.SiLU(),
    "softplus": nn.Softplus(),
    "softplus.beta": nn.Softplus(beta=2.5, threshold=10),
    "tanh": nn.Tanh(),
    "sigmoid": nn.Sigmoid(),
    "identity": nn.Identity(),
}
Z = [-1000.0, -100.0, -40.0, -30.0, -20.0, -8.0, -5.0, -3.0, -2.0, -1.5, -1.0, -0.7, -0.3, -0.1, -1e-3, -1e-8, -1e-20, 0.0,
     1e-20, 1e-8, 1e-3, 0.1, 0.3, 0.7, 1.0, 1.5, 2.0, 3.0, 3.9, 4.1, 5.0, 8.0, 19.9, 20.1, 30.0, 100.0, 1000.0]


def activations():
    values = {}
    for name, function in ACTIVATIONS.items():
        z = torch.tensor(Z, requires_grad=True)
        y = function(z)
        y.sum().backward()
        values[name] = {"z": Z, "y": y.tolist(), "slope": z.grad.tolist()}
    return values


def batch_norm():
    torch.manual_seed(3)
    layer = nn.BatchNorm1d(3, eps=1e-3, momentum=0.2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([1.5, -0.5, 0.0]))
        layer.bias.copy_(torch.tensor([0.25, -1.0, 2.0]))
    batches = []
    for size in (5, 2, 9):  # the smallest batch there is among them
        x = (torch.randn(size, 3) * torch.tensor([1.0, 100.0, 1e-3]) + torch.tensor([0.0, 50.0, 1.0])).requires_grad_()
        delta = torch.randn(size, 3)
        layer.zero_grad()
        y = layer(x)
        y.backward(delta)
        batches.append({
            "x": x.tolist(), "delta": delta.tolist(), "y": y.tolist(), "inputGradient": x.grad.tolist(),
            "scaleGradient": layer.weight.grad.tolist(), "shiftGradient": layer.bias.grad.tolist(),
            "runningMean": layer.running_mean.tolist(), "runningVariance": layer.running_var.tolist()})
    layer.eval()
    x = torch.randn(4, 3)
    return {"epsilon": layer.eps, "momentum": layer.momentum, "scale": layer.weight.tolist(), "shift": layer.bias.tolist(),
            "batches": batches, "evaluation": {"x": x.tolist(), "y": layer(x).tolist()}}


def losses():
    torch.manual_seed(4)
    extreme = [[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 1000.0], [0.0, 0.0, 0.0], [-1000.0, -1000.0, -1001.0]]
    classes, values = [1, 0, 2, 2], torch.randn(4, 3)
    cases = []
    for output in (torch.randn(4, 3), torch.tensor(extreme)):
        for loss in ("crossEntropy", "meanSquaredError", "linear"):
            y = output.clone().requires_grad_()
            if loss == "crossEntropy":
                mean = nn.CrossEntropyLoss()(y, torch.tensor(classes))
            elif loss == "meanSquaredError":
                mean = nn.MSELoss()(y, values)
            else:
                mean = (y * values).sum() / len(y)
            mean.backward()
            targets = {"classes": classes} if loss == "crossEntropy" else {"values": values.tolist()}
            cases.append({"loss": loss, "output": output.tolist(), **targets, "mean": mean.item(), "gradient": y.grad.tolist()})
    return cases


def make():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    return {"torch": torch.__version__, "activations": activations(), "batchNorm": batch_norm(), "losses": losses()}


def compare(stored, made):
    """Largest |difference| / max(1, |value|) over all numbers, and where."""
    worst, where = 0.0, ""

    def visit(path, a, b):
        nonlocal worst, where
        if type(a) is not type(b):
            sys.exit(f"{path}: {a!r} stored, {b!r} made")
        if isinstance(a, dict):
            if set(a) != set(b):
                sys.exit(f"{path}: keys differ: {sorted(set(a) ^ set(b))}")
            for key in a:
                visit(f"{path}/{key}", a[key], b[key])
        elif isinstance(a, list):
            if len(a) != len(b):
                sys.exit(f"{path}: {len(a)} values stored, {len(b)} made")
            for index, (x, y) in enumerate(zip(a, b)):
                visit(f"{path}/{index}", x, y)
        elif isinstance(a, (int, float)):
            difference = abs(a - b) / max(1, abs(a))
            if not difference <= worst:
                worst, where = difference, path

    for part in ("activations", "batchNorm", "losses"):
        visit(part, stored[part], made[part])
    return worst, where


if __name__ == "__main__":
    made = make()
    if sys.argv[1:] == ["--check"]:
        stored = json.loads(FILE.read_text())
        worst, where = compare(stored, made)
        print(f"networks.json (torch {stored['torch']}) against torch {made['torch']}: largest difference {worst:.1e} at {where or '-'}")
        sys.exit(0 if worst <= TOLERANCE else 1)
    if sys.argv[1:]:
        sys.exit(__doc__)
    text = json.dumps(made, separators=(",", ":"), allow_nan=False).replace('"y":', '\n"y":').replace('"slope":', '\n"slope":')
    FILE.write_text(text.replace('"delta":', '\n"delta":').replace('{"loss":', '\n{"loss":') + "\n")
    print(f"wrote {FILE.name}, {FILE.stat().st_size} bytes, with torch {made['torch']}")
