# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch at its best: the whole step of 784-1000-10 written out, backward pass, optimiser and probes in it, under torch.compile."""
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial

import numpy as np
import torch

from .cases import BATCH, L2
from .torch_probes import ranks

NAMES = ("0.weight", "1.weight", "1.bias", "3.weight", "3.bias")


def sorted_ranks(values, chosen):
    """Order statistics by a sort."""
    return values.sort(dim=1).values[:, chosen]


def nested_ranks(values, chosen):
    """Order statistics by selections, each among what the one before has left."""
    results = [values.amax(1)]
    for rank in reversed(chosen[1:-1]):
        values = values.topk(rank + 1, dim=1, largest=False, sorted=False).values
        results.append(values.amax(1))
    results.append(values.amin(1))
    return torch.stack(results[::-1], dim=1)


@partial(torch.compile, fullgraph=True, dynamic=False)
def narrowed(bits, found, bit, wanted):
    """One step of the bisection, all ranks in one pass over the values."""
    candidate = found + bit
    counts = torch.stack([(bits < candidate[:, level, None]).sum(1, dtype=bits.dtype) for level in range(found.shape[1])], dim=1)
    return torch.where(counts <= wanted, candidate, found)


def bisected_ranks(values, chosen):
    """Order statistics of values ≥ 0 by bisection over their bits, which are in the values' order."""
    integer, top = (torch.int32, 30) if values.dtype == torch.float32 else (torch.int64, 62)
    bits = values.view(integer)
    wanted = torch.tensor(chosen[1:-1], dtype=integer)
    found = torch.zeros(len(values), len(wanted), dtype=integer)
    for bit in range(top, -1, -1):
        found = narrowed(bits, found, torch.tensor(1 << bit, dtype=integer), wanted)
    return torch.cat([values.amin(1, keepdim=True), found.view(values.dtype), values.amax(1, keepdim=True)], dim=1)


def numpy_ranks(values, chosen):
    """Order statistics by NumPy's vectorised sort, which reads the tensor where it lies and lets other threads run: rows shared out among torch's."""
    parts = np.array_split(values.numpy(), torch.get_num_threads())
    if len(parts) == 1:
        return torch.from_numpy(np.sort(parts[0], axis=1)[:, chosen])
    return torch.from_numpy(np.concatenate(list(_pool().map(lambda part: np.sort(part, axis=1)[:, chosen], parts))))


@lru_cache(maxsize=1)
def _pool():
    return ThreadPoolExecutor(torch.get_num_threads())


SELECTIONS = {"sort": sorted_ranks, "NumPy's sort": numpy_ranks, "selection": nested_ranks, "bisection": bisected_ranks}


def adam(w, g, m, v, rate, root, epsilon, l2):
    if l2:
        g = g + l2 * w
    m.lerp_(g, 0.1)
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    w.sub_((rate * m) / (v.sqrt() / root + epsilon))


def rmsprop(w, g, v, rate, epsilon, l2):
    if l2:
        g = g + l2 * w
    v.mul_(0.99).addcmul_(g, g, value=0.01)
    w.sub_((rate * g) / (v.sqrt() + epsilon))


@partial(torch.compile, fullgraph=True, dynamic=False)
def step(inputs, targets, rows, numbers, parameters, running, moments, previous, setting):
    """One step in place; `setting` is fixed when it is compiled: the optimiser, ε, whether to sample and whether to keep the gradient's signs for
    the next step. Returns the loss and, if sampled, the nodes' quantities, √v̂ and |m̂|/(√v̂ + ε)."""
    optimizer, epsilon, samples, keeps = setting
    weight, scale, shift, outgoing, bias = parameters
    x, y = inputs[rows], targets[rows]
    z = x @ weight.t()
    mean = z.mean(0)
    centered = z - mean
    variance = (centered * centered).mean(0)
    inverse = (variance + 1e-5).rsqrt()
    normalized = centered * inverse
    a = normalized * scale + shift
    h = a.relu()
    logits = h @ outgoing.t() + bias
    logarithms = logits.log_softmax(1)
    loss = -logarithms.gather(1, y[:, None]).mean()
    running[0].lerp_(mean, 0.1)
    running[1].lerp_(variance * (BATCH / (BATCH - 1)), 0.1)

    d_logits = (logarithms.exp() - torch.nn.functional.one_hot(y, 10)) / BATCH
    d_outgoing, d_bias = d_logits.t() @ h, d_logits.sum(0)
    d_a = (d_logits @ outgoing) * (a > 0)
    d_shift, d_scale = d_a.sum(0), (d_a * normalized).sum(0)
    d_z = (scale * inverse) * (d_a - d_shift / BATCH - normalized * (d_scale / BATCH))
    d_weight = d_z.t() @ x

    sample = None
    if samples:
        signs = d_weight.sign()
        nonzero = signs.abs().sum(1)
        before = (
            signs.sum(1).abs() / nonzero, (signs * previous > 0).sum(1) / nonzero, d_weight.norm(dim=1) / (L2 * weight.norm(dim=1)),
            (a > 0).sum(0), a.mean(0), a.amax(0))
    if samples or keeps:
        previous.copy_(d_weight.sign())
    gradients = (d_weight, d_scale, d_shift, d_outgoing, d_bias)
    for index, (w, g) in enumerate(zip(parameters, gradients)):
        l2 = L2 if w.ndim == 2 else 0
        if optimizer == "adam":
            adam(w, g, moments[2 * index], moments[2 * index + 1], numbers[0], numbers[1], epsilon, l2)
        else:
            rmsprop(w, g, moments[index], numbers[2], epsilon, l2)
    if samples:
        root = moments[1].sqrt() / numbers[1]
        ratio = (numbers[0] / numbers[2] * moments[0]).abs() / (root + epsilon)
        sample = (*before, weight.norm(dim=1), weight.abs().amax(1), outgoing.norm(dim=0), root, ratio, scale.clone(), shift.clone())
    return loss, sample


QUANTITIES = (
    "signCoherence", "signAgreement", "gradientRatio", "activeSamples", "preactivationMean", "preactivationMax", "incomingNorm", "largestWeight",
    "outgoingNorm", "rootSecondMoment", "updateRatio", "batchNormScale", "batchNormShift")


class Run:
    """A training from the case's start, sampled every `probes`-th step (None: never)."""

    name = "torch, compiled"

    def __init__(self, case, precision, probes):
        self.case, self.dtype, self.every = case, getattr(torch, precision), probes
        self.inputs, self.targets = (torch.from_numpy(part) for part in case.values(precision))
        self.order = torch.from_numpy(case.order)
        self.table = torch.from_numpy(case.numbers(200_000)).to(self.dtype)
        self.numbers = torch.zeros(3, dtype=self.dtype)
        self.selection = None
        self.reset()
        if probes:
            self.selection = self.fastest_selection()
            self.name += f", quantiles by {self.selection}"
        self.reset()

    def reset(self):
        def tensor(value):
            return torch.from_numpy(np.array(value)).to(self.dtype)

        case = self.case
        self.parameters_ = [tensor(case.initial[name]) for name in NAMES]
        self.running = [tensor(case.initial["1.running_mean"]), tensor(case.initial["1.running_var"])]
        keys = ("exp_avg", "exp_avg_sq") if case.optimizer == "adam" else ("square_avg",)
        self.moments = [
            tensor(case.state[f"{name}.{key}"]) if case.state else torch.zeros_like(value)
            for name, value in zip(NAMES, self.parameters_) for key in keys]
        self.previous = torch.zeros_like(self.parameters_[0])
        self.step, self.samples_ = 0, []

    def fastest_selection(self):
        """The selection that makes a sampled step fastest here, each compiled and run a few times."""
        times = {}
        for name in SELECTIONS:
            self.selection = name
            self.run(2 * self.every)
            times[name] = min(self.seconds(2 * self.every) for _ in range(3))
        return min(times, key=times.get)

    def seconds(self, steps):
        start = time.perf_counter()
        self.run(steps)
        return time.perf_counter() - start

    def one(self, sampled, keeps):
        setting = (self.case.optimizer, self.case.epsilon, sampled, keeps)
        self.numbers.copy_(self.table[self.step])
        rows = self.order[self.step % len(self.order)]
        self.step += 1
        _, sample = step(self.inputs, self.targets, rows, self.numbers, self.parameters_, self.running, self.moments, self.previous, setting)
        return self.quantiles(dict(zip(QUANTITIES, sample))) if sampled else None

    def quantiles(self, sample):
        """The sample with order statistics in place of weights' values."""
        select, chosen = SELECTIONS[self.selection], ranks(self.parameters_[0].shape[1])
        # αλ/(√v̂ + ε) falls as √v̂ rises: its order statistic of a rank is that of √v̂ of the mirrored rank.
        mirrored = [chosen[-1] - rank for rank in chosen]
        both = sorted({*chosen, *mirrored})
        roots = select(sample["rootSecondMoment"], both)
        decays = self.numbers[2] * L2 / (roots[:, [both.index(rank) for rank in mirrored]] + self.case.epsilon)
        return sample | {
            "rootSecondMoment": roots[:, [both.index(rank) for rank in chosen]], "updateRatio": select(sample["updateRatio"], chosen),
            "effectiveDecay": decays}

    @torch.no_grad()
    def run(self, steps):
        for _ in range(steps):
            number = self.step + 1
            sampled = bool(self.every) and number % self.every == 0
            sample = self.one(sampled, bool(self.every) and not sampled and (number + 1) % self.every == 0)
            if sampled:
                self.samples_.append(sample)

    def parameters(self):
        names = [*NAMES, "1.running_mean", "1.running_var"]
        return {name: value.numpy() for name, value in zip(names, [*self.parameters_, *self.running])}

    def samples(self):
        return [{name: value.numpy() for name, value in sample.items()} for sample in self.samples_]
