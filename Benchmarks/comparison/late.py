# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that a long training leaves: a share of the hidden nodes dead for thousands of steps, their weights and moments where the
recursion of a weight without data gradient takes them."""
from dataclasses import dataclass

import numpy as np

# Steps of the known set-up on MNIST: 100 epochs, the learning rate halved after every 25.
STEPS, STEPS_PER_RATE = 93_800, 23_450
# Steps at which nodes died, a share of them each: on that set-up most deaths lie within the first 40 epochs.
DEATHS = (2_000, 6_000, 12_000, 20_000, 30_000, 40_000)
# Weights that are followed for each of these steps.
FOLLOWED = 4_096
# Nodes dead at the end of 100 epochs, of 1000: plots/mnist-known.
DEAD = 683


@dataclass(frozen=True)
class Setting:
    optimizer: str
    learning_rate: float
    epsilon: float
    l2: float


# The rate of the last 25 epochs. RMSprop's edge is αλ/ε = 2: with ε = 1e-8 its weights would keep cycling; here they come to rest.
SETTINGS = {
    "adam": Setting("adam", 1e-3 / 8, 1e-8, 5e-4),
    "rmsprop": Setting("rmsprop", 1e-3 / 8, 1e-6, 5e-4),
}


def dead_weights(setting, death, random):
    """(w, m, v) in float32 of weights without data gradient from step `death` to the end; m is 0 for RMSprop."""
    real = np.float32
    w = random.normal(0, 0.03, FOLLOWED).astype(real)
    m = np.zeros_like(w)
    v = (random.uniform(1e-5, 1e-3, FOLLOWED) ** 2).astype(real)
    l2, epsilon = real(setting.l2), real(setting.epsilon)
    beta1, beta2 = (real(0.9), real(0.999)) if setting.optimizer == "adam" else (real(0), real(0.99))
    for step in range(death, STEPS):
        alpha = setting.learning_rate * 8 / 2 ** (step // STEPS_PER_RATE)
        g = l2 * w
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += ((1 - beta2) * g) * g
        correction = real(np.sqrt(1 - 0.999 ** (step + 1))) if setting.optimizer == "adam" else real(1)
        w -= (real(alpha) * m) / (np.sqrt(v) / correction + epsilon)
    return w, m if setting.optimizer == "adam" else np.zeros_like(w), v


def age(initial, setting, dead, random):
    """The parameters with the first `dead` nodes dead, and the optimiser's state; the living keep their start and get moments of its size."""
    populations = [dead_weights(setting, death, random) for death in DEATHS]
    moments = {"adam": ("exp_avg", "exp_avg_sq"), "rmsprop": (None, "square_avg")}[setting.optimizer]
    parameters = {name: value.copy() for name, value in initial.items()}
    state = {"step": np.array(float(STEPS))}
    trained = [name for name in parameters if name.endswith(("weight", "bias"))]
    for name in trained:
        value = parameters[name]
        first = random.normal(0, 1e-4, value.shape).astype(np.float32)
        second = (random.uniform(1e-4, 1e-3, value.shape) ** 2).astype(np.float32)
        incoming = name == "0.weight"
        if value.ndim == 2:
            # Rows of the first layer, columns of the second.
            rows = value if incoming else value.T
            for node in range(dead):
                population = populations[node % len(populations)]
                chosen = random.integers(0, FOLLOWED, rows.shape[1])
                rows[node], m, v = (part[chosen] for part in population)
                (first if incoming else first.T)[node] = m
                (second if incoming else second.T)[node] = v
        else:
            if name == "1.weight":
                value[:dead] = 0.1
            elif name == "1.bias":
                # Under batch normalisation no sample of 64 lies more than √63 standard deviations from the mean: never active.
                value[:dead] = -0.1 * 63**0.5 * 1.1
            if name.startswith("1."):
                first[:dead], second[:dead] = 0, 0
        if moments[0]:
            state[f"{name}.{moments[0]}"] = first
        state[f"{name}.{moments[1]}"] = second
    return parameters, state
