# SPDX-License-Identifier: GPL-3.0-or-later
"""Data, batch order and start of the measured steps, in files that both sides read. StepCase.swift describes the same networks."""
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from . import late
from .mnist_files import images, labels, mnist_folder

SEED = 1
BATCH = 64
L2 = 5e-4


def in_batches(random, count):
    """An order of whole batches, the same every epoch."""
    return random.permutation(count)[: count // BATCH * BATCH].reshape(-1, BATCH).astype(np.int64)


def mnist_data(random):
    """MNIST's training images; without its files, 60,000 in its shape and share of ink: ten fixed shapes under noise, and their class."""
    if folder := mnist_folder():
        inputs, classes = images(folder, "train"), labels(folder, "train")
    else:
        inputs, classes = shapes_data(random, background=1)
    return inputs, classes, in_batches(random, len(inputs))


def shapes_data(random, background):
    """uint8 images under noise: 0 to 255 on the shape of their class, less than `background` elsewhere."""
    inked, classes = random.random((10, 784)) < 0.191, random.integers(0, 10, 60_000)
    noise = random.integers(0, 256, (60_000, 784), dtype=np.uint8)
    return np.where(inked[classes], noise, noise % background).astype(np.uint8), classes


def dense_data(random):
    """The same size with no pixel 0, of which nothing can be left out."""
    inputs, classes = shapes_data(random, background=16)
    return np.maximum(inputs, 1), classes, in_batches(random, len(inputs))


def points_data(features):
    """64 points of a cube, all of them every step; the target is |x0| - |x1|."""

    def data(random):
        inputs = random.uniform(-1, 1, (BATCH, features)).astype(np.float32).astype(np.float64)
        return inputs, np.abs(inputs[:, :1]) - np.abs(inputs[:, 1:2]), np.arange(BATCH, dtype=np.int64)[None, :]

    return data


def dense(random, name, inputs, units, bias=True):
    """PyTorch's own draw for a dense layer: uniform within ±1/√inputs."""
    bound = inputs**-0.5
    parameters = {f"{name}.weight": random.uniform(-bound, bound, (units, inputs)).astype(np.float32)}
    if bias:
        parameters[f"{name}.bias"] = random.uniform(-bound, bound, units).astype(np.float32)
    return parameters


def mnist_parameters(random):
    norm = {"1.weight": np.ones(1000), "1.bias": np.zeros(1000), "1.running_mean": np.zeros(1000), "1.running_var": np.ones(1000)}
    return {
        **dense(random, "0", 784, 1000, bias=False), **{name: value.astype(np.float32) for name, value in norm.items()},
        "1.num_batches_tracked": np.array(0, np.int64), **dense(random, "3", 1000, 10)}


def points_parameters(inputs, units):
    return lambda random: {**dense(random, "0", inputs, units), **dense(random, "2", units, 1)}


# Data and parameters of each network, by the name that steptime has for it; "dense" stands for other data of mnist-step.
NETWORKS = {
    "mnist-step": (mnist_data, mnist_parameters),
    "dense": (dense_data, mnist_parameters),
    "small-step": (points_data(8), points_parameters(8, 32)),
    "tiny-step": (points_data(2), points_parameters(2, 8)),
}


class Case:
    """One network with its start: `inputs`, `targets`, `order`, `initial` and, after a long training, the optimiser's `state`.

    The start is in float32's numbers, so that both precisions begin alike.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        description = json.loads((self.folder / "case.json").read_text())
        self.network, self.optimizer = description["network"], description["optimizer"]
        self.rate, self.epsilon = description["learningRate"], description["epsilon"]
        # Steps after which the learning rate is halved, again and again; 0 for a constant rate.
        self.halving = description.get("halving", 0)
        # Hidden nodes, the first ones, that are long dead.
        self.dead = description.get("dead", 0)
        self.inputs, self.targets, self.order = (np.load(self.folder / f"{name}.npy") for name in ("inputs", "targets", "order"))
        self.initial = load_file(self.folder / "initial.safetensors")
        state = self.folder / "optimizer.safetensors"
        self.state = load_file(state) if state.exists() else {}

    @property
    def classifies(self):
        return self.targets.dtype == np.int64

    @property
    def normalizes(self):
        return "1.running_mean" in self.initial

    @lru_cache(maxsize=1)
    def values(self, precision):
        """Inputs and targets in the precision that is computed in."""
        inputs = self.inputs.astype(precision)
        if self.inputs.dtype == np.uint8:
            inputs /= 255
        return inputs, self.targets if self.classifies else self.targets.astype(precision)

    def numbers(self, steps):
        """α/(1 − β₁ᵗ), √(1 − β₂ᵗ) and α of the next `steps` steps of Adam, float64 [steps, 3]."""
        t = float(self.state.get("step", 0)) + np.arange(1, steps + 1)
        rate = self.rate * 0.5 ** (np.arange(steps) // self.halving if self.halving else np.zeros(steps))
        return np.stack([rate / (1 - 0.9**t), np.sqrt(1 - 0.999**t), rate], axis=1)

    @property
    def options(self):
        """What steptime is told besides the folder."""
        return ["--optimizer", self.optimizer, "--learning-rate", self.rate, "--epsilon", self.epsilon]


def write_case(folder, network, optimizer="adam", dead=0):
    """Makes the files of a case: fresh, or late in a training, with so many of its hidden nodes long dead."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    random = np.random.default_rng(SEED)
    data, parameters = NETWORKS[network]
    for name, values in zip(("inputs", "targets", "order"), data(random)):
        np.save(folder / f"{name}.npy", values)
    initial, state = parameters(random), None
    setting = late.Setting(optimizer=optimizer, learning_rate=1e-3, epsilon=1e-8, l2=L2)
    if dead:
        setting = late.SETTINGS[optimizer]
        initial, state = late.age(initial, setting, dead, random)
    save_file({name: np.array(value, order="C") for name, value in initial.items()}, folder / "initial.safetensors")
    if state:
        save_file({name: np.array(value, order="C") for name, value in state.items()}, folder / "optimizer.safetensors")
    (folder / "case.json").write_text(json.dumps({
        "network": "mnist-step" if network == "dense" else network, "optimizer": optimizer, "learningRate": setting.learning_rate,
        "epsilon": setting.epsilon, "dead": dead}))
    return Case(folder)
