# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a run's model and its reduction into PyTorch and compares their logits on MNIST's test images: pytorch.py RUN REDUCED DATA OUT.json

RUN is a run directory of paper/mnist-adam, REDUCED the folder that `adamprobe reduce RUN --out REDUCED/model.safetensors` wrote, DATA the folder
with MNIST's files. Needs torch, numpy and safetensors.
"""
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

run, reduced, data, out = map(Path, sys.argv[1:])


def images(name):
    packed = (data / name).read_bytes()
    content = gzip.decompress(packed) if name.endswith(".gz") else packed
    return torch.from_numpy(np.frombuffer(content, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255)


def network(folder):
    state = load_file(folder / "model.safetensors")
    hidden, inputs = state["0.weight"].shape
    net = torch.nn.Sequential(
        torch.nn.Linear(inputs, hidden), torch.nn.BatchNorm1d(hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
    net.load_state_dict(state, strict=True)
    return net.eval()


test = images("t10k-images-idx3-ubyte.gz")
full, small = network(run), network(reduced)
result = {"torch": torch.__version__, "images": len(test), "nodes": [full[0].out_features, small[0].out_features]}
with torch.no_grad():
    for name in ["float32", "float64"]:
        kind = getattr(torch, name)
        a, b = full.to(kind)(test.to(kind)), small.to(kind)(test.to(kind))
        result[name] = {
            "largestChange": (a - b).abs().max().item(), "largestLogit": a.abs().max().item(),
            "changedPredictions": int((a.argmax(1) != b.argmax(1)).sum())}
out.write_text(json.dumps(result, indent=2) + "\n")
print(out.read_text())
