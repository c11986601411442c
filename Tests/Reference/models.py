# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference models: small networks that PyTorch trained until nodes were dead, and the steps at which the norms of those passed 1e-15.

    python3 models.py           writes models.safetensors beside this file
    python3 models.py --check   makes the models anew with the installed torch and compares them with the file

Network: nn.Sequential(Linear(8, 16), BatchNorm1d(16), ReLU(), Linear(16, 12), ReLU(), Linear(12, 3)); loss: mean softmax cross-entropy; 64
samples in [0, 1], batches of 32 in their order. Planted: β = −20 in the batch normalisation's nodes 0 and 1, bias −40 in nodes 0 to 2 of the
second dense layer; other nodes die by themselves. λ on the weights (tensors of two dimensions) alone. All is float64 until SAVED steps, where
model and optimiser state are saved; a run in float32 is converted there. Then it goes on for FOLLOWED steps.

models.safetensors holds, for each run:
    <run>/model/<tensor>       the state_dict at SAVED steps
    <run>/state/<tensor>       the optimiser's state then, as `<parameter>.<key>`
    <run>/passage/<layer>      int64 [nodes]: steps after SAVED from which the norm of the node's incoming weights stays under 1e-15 for 60
                               steps; −1 if it does not within FOLLOWED
    <run>/silent/<layer>       int64 [nodes]: 1 if no sample activated the node in any step after SAVED
and the inputs [64, 8] float64; as metadata `torch`, `l2` by run, and `runs`, JSON as in trajectories.py.
"""
import json
import pathlib
import sys

import numpy
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

FILE = pathlib.Path(__file__).with_suffix(".safetensors")
SAMPLES, BATCH, SAVED, FOLLOWED, PATIENCE, XI = 64, 32, 300, 3000, 60, 1e-15
LAYERS = ("0", "3")
TOLERANCE = 1e-9  # of the float64 training, which stays far from chaos
STEPS_TOLERANCE = 2  # of a passage, between versions of torch

optim = torch.optim
# name: (torch's optimiser, torch's options, λ, element type after SAVED, our configuration)
RUNS = {
    "adam": (optim.Adam, dict(lr=0.01), 0.02, torch.float64, dict(optimizer="adam", learningRate=0.01)),
    "adamFloat32": (optim.Adam, dict(lr=0.01), 0.02, torch.float32, dict(optimizer="adam", learningRate=0.01)),
    "amsgrad": (optim.Adam, dict(lr=0.03, amsgrad=True), 0.1, torch.float64, dict(optimizer="amsgrad", learningRate=0.03)),
    "nadam": (optim.NAdam, dict(lr=0.01), 0.02, torch.float64, dict(optimizer="nadam", learningRate=0.01)),
    "rmspropMomentum": (optim.RMSprop, dict(lr=0.002, alpha=0.999, momentum=0.9), 0.02, torch.float64,
                        dict(optimizer="rmsprop", learningRate=0.002, beta2=0.999, momentum=0.9)),
    "heavyBall": (optim.SGD, dict(lr=0.1, momentum=0.9), 0.02, torch.float64, dict(optimizer="sgd", learningRate=0.1, momentum=0.9)),
}


def drawn():
    """Inputs, targets and a model with planted nodes."""
    random = numpy.random.default_rng(2018)
    inputs = random.uniform(size=(SAMPLES, 8))
    targets = random.integers(0, 3, SAMPLES)
    sizes = {"0.weight": (16, 8), "3.weight": (12, 16), "5.weight": (3, 12)}
    initial = {name: random.normal(size=size) * (2 / size[1]) ** 0.5 for name, size in sizes.items()}
    shift, bias = numpy.zeros(16), numpy.zeros(12)
    shift[:2], bias[:3] = -20, -40
    initial |= {"0.bias": numpy.zeros(16), "1.weight": numpy.ones(16), "1.bias": shift, "3.bias": bias, "5.bias": numpy.zeros(3)}
    return inputs, targets, initial


def network():
    nn = torch.nn
    return nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, 3)).double()


def states(model, optimizer):
    """The ten lines that the guide gives."""
    tensors = {}
    for name, parameter in model.named_parameters():
        for key, value in optimizer.state[parameter].items():
            if torch.is_tensor(value):
                tensors[f"{name}.{key}"] = value.detach().clone().contiguous()
            elif value is not None:
                tensors[f"{name}.{key}"] = torch.tensor(float(value))
    return tensors


def run(kind, options, l2, element):
    inputs, targets, initial = drawn()
    x, y = torch.tensor(inputs), torch.tensor(targets)
    model = network()
    model.load_state_dict({name: torch.tensor(value) for name, value in initial.items()}, strict=False)
    groups = [dict(params=[p for p in model.parameters() if p.ndim == 2], weight_decay=l2),
              dict(params=[p for p in model.parameters() if p.ndim != 2], weight_decay=0.0)]
    optimizer = kind(groups, **options)

    def step(index):
        rows = slice(index * BATCH % SAMPLES, index * BATCH % SAMPLES + BATCH)
        optimizer.zero_grad()
        hidden = model[2](model[1](model[0](x[rows])))
        second = model[4](model[3](hidden))
        torch.nn.functional.cross_entropy(model[5](second), y[rows]).backward()
        optimizer.step()
        return [(value > 0).any(dim=0).numpy() for value in (hidden, second)]

    for index in range(SAVED):
        step(index)
    if element is torch.float32:
        model, x = model.float(), x.float()
        for state in optimizer.state.values():
            for key, value in state.items():
                if torch.is_tensor(value) and value.ndim:
                    state[key] = value.float()
    tensors = {f"model/{name}": value.clone() for name, value in model.state_dict().items()}
    tensors |= {f"state/{name}": value for name, value in states(model, optimizer).items()}
    silent = [numpy.ones(16, bool), numpy.ones(12, bool)]
    norms = []

    def norm():
        return [numpy.sqrt((model[int(layer)].weight.detach().numpy().astype(float) ** 2).sum(axis=1)) for layer in LAYERS]

    norms.append(norm())
    for index in range(SAVED, SAVED + FOLLOWED):
        for quiet, active in zip(silent, step(index)):
            quiet &= ~active
        norms.append(norm())
    for position, layer in enumerate(LAYERS):
        below = numpy.stack([n[position] for n in norms]) < XI
        passages = []
        for node in below.T:
            starts = [k for k in range(len(node) - PATIENCE + 1) if node[k] and (k == 0 or not node[k - 1]) and node[k:k + PATIENCE].all()]
            passages.append(starts[0] if starts else -1)
        tensors[f"passage/{layer}"] = torch.tensor(passages)
        tensors[f"silent/{layer}"] = torch.tensor(silent[position].astype(numpy.int64))
    return {name: value.numpy() for name, value in tensors.items()}


def make():
    tensors = {"inputs": drawn()[0]}
    for name, (kind, options, l2, element, _) in RUNS.items():
        for tensor, value in run(kind, options, l2, element).items():
            tensors[f"{name}/{tensor}"] = value
    return tensors


def metadata():
    return {
        "torch": torch.__version__, "l2": json.dumps({name: run[2] for name, run in RUNS.items()}),
        "runs": json.dumps({name: run[4] for name, run in RUNS.items()}),
    }


def check():
    old, new = load_file(FILE), make()
    with safe_open(FILE, framework="numpy") as file:
        print(f"made with torch {file.metadata()['torch']}, compared with {torch.__version__}")
    if old.keys() != new.keys():
        sys.exit(f"tensors differ: {sorted(old.keys() ^ new.keys())}")
    worst, shift = 0.0, 0
    for name, value in old.items():
        if "/passage/" in name or "/silent/" in name:
            shift = max(shift, int(numpy.abs(value - new[name]).max()))
        elif "Float32" not in name and "0.bias" not in name and "running_mean" not in name:  # the bias in front of the batch norm is noise
            scale = numpy.abs(value).max() or 1.0
            worst = max(worst, float(numpy.abs(value.astype(float) - new[name]).max() / scale))
    print(f"largest relative difference {worst:.2g}, largest shift of a passage {shift} steps")
    if worst > TOLERANCE or shift > STEPS_TOLERANCE:
        sys.exit("the models differ from the file")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    if "--check" in sys.argv:
        check()
    else:
        save_file(make(), FILE, metadata=metadata())
        print(f"{FILE.name}: {FILE.stat().st_size} bytes")
