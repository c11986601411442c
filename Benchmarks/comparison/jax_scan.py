# SPDX-License-Identifier: GPL-3.0-or-later
"""JAX at its best: many steps in one jitted scan with donated buffers, probes in it; samples come out as the scan's stacked outputs."""
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from .cases import BATCH, L2

jax.config.update("jax_enable_x64", True)
# float32 products in float32, as everybody else's.
jax.config.update("jax_default_matmul_precision", "highest")


def ranks(count):
    """The order statistics that stand for the quantiles 0, ¼, ½, ¾, 1; as in torch_probes.py."""
    last = count - 1
    lower = [(2 * last * quarter + 3) // 8 for quarter in range(3)]
    return [*lower, last - lower[1], last]


def sorted_ranks(values, chosen):
    return jnp.sort(values, axis=1)[:, jnp.array(chosen)]


def bisected_ranks(values, chosen):
    """Of values ≥ 0, by bisection over their bits, which are in the values' order; all levels at once."""
    integer, top = (jnp.int32, 30) if values.dtype == jnp.float32 else (jnp.int64, 62)
    bits = jax.lax.bitcast_convert_type(values, integer)
    wanted = jnp.array(chosen[1:-1], integer)

    def narrow(step, found):
        candidate = found + jnp.left_shift(jnp.ones((), integer), (top - step).astype(integer))
        counts = jnp.stack([(bits < candidate[:, level, None]).sum(1, dtype=integer) for level in range(len(chosen) - 2)], axis=1)
        return jnp.where(counts <= wanted, candidate, found)

    found = jax.lax.fori_loop(0, top + 1, narrow, jnp.zeros((values.shape[0], len(chosen) - 2), integer))
    middle = jax.lax.bitcast_convert_type(found, values.dtype)
    return jnp.concatenate([values.min(1, keepdims=True), middle, values.max(1, keepdims=True)], axis=1)


def counted_ranks(values, chosen):
    """For few values: a value's rank is the number of those before it, ties in their order."""
    count = values.shape[1]
    earlier = jnp.tril(jnp.ones((count, count), bool), -1)
    before = (values[:, None, :] < values[:, :, None]) | ((values[:, None, :] == values[:, :, None]) & earlier)
    position = before.sum(2)
    return jnp.stack([jnp.where(position == rank, values, 0).sum(1) for rank in chosen], axis=1)


def numpy_ranks(values, chosen):
    """By NumPy's vectorised sort, between two calls of the compiled steps: cheaper than a callback from within them."""
    return np.sort(np.asarray(values), axis=1)[:, chosen]


BETWEEN = "NumPy's sort"
SELECTIONS = {"sort": sorted_ranks, BETWEEN: numpy_ranks, "bisection": bisected_ranks, "counting": counted_ranks}
# Elements up to which counting, whose work grows with their square, is tried, and a call for every sample is not.
FEW = 32
# Steps that a small network's scan puts into one turn of its loop: which is fastest is tried.
UNROLLED = (1, 2, 4)


def quantiles(root, ratio, rate, epsilon, select):
    """The order statistics of √v̂, |m̂|/(√v̂ + ε) and αλ/(√v̂ + ε)."""
    chosen = ranks(root.shape[1])
    # αλ/(√v̂ + ε) falls as √v̂ rises: its order statistic of a rank is that of √v̂ of the mirrored rank.
    mirrored = [chosen[-1] - rank for rank in chosen]
    both = sorted({*chosen, *mirrored})
    roots = select(root, both)
    return {
        "rootSecondMoment": roots[:, np.array([both.index(rank) for rank in chosen])],
        "updateRatio": select(ratio, chosen),
        "effectiveDecay": rate * L2 / (roots[:, np.array([both.index(rank) for rank in mirrored])] + epsilon)}


def outputs(parameters, x):
    """The network's output, the pre-activations, and the batch's mean and variance (None without batch normalisation)."""
    z = x @ parameters["0.weight"].T
    statistics = None
    if "1.weight" in parameters:
        mean = z.mean(0)
        variance = ((z - mean) ** 2).mean(0)
        statistics = (mean, variance)
        z = (z - mean) * jax.lax.rsqrt(variance + 1e-5) * parameters["1.weight"] + parameters["1.bias"]
    else:
        z = z + parameters["0.bias"]
    last = "3" if "1.weight" in parameters else "2"
    return jax.nn.relu(z) @ parameters[f"{last}.weight"].T + parameters[f"{last}.bias"], z, statistics


def objective(parameters, x, y):
    out, z, statistics = outputs(parameters, x)
    if jnp.issubdtype(y.dtype, jnp.integer):
        loss = -jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], axis=1).mean()
    else:
        loss = ((out - y) ** 2).mean()
    return loss, (z, statistics)


class Run:
    """A training from the case's start under Adam, sampled every `probes`-th step (None: never).

    `chunk` steps are one call, or a cadence where quantiles are taken between calls; the cadence divides it.
    """

    name = "jax"

    def __init__(self, case, precision, probes):
        assert case.optimizer == "adam", "the jax side has Adam alone"
        self.case, self.precision, self.every = case, precision, probes
        self.inputs, self.targets = (jnp.asarray(part) for part in case.values(precision))
        self.order = np.asarray(case.order)
        self.table = case.numbers(400_000).astype(precision)
        self.chunk = 500 if not case.classifies else {None: 50, 10: 20}.get(probes, 5)
        self.selection, self.unroll = None, 1
        self.reset()
        if probes:
            few = case.initial["0.weight"].shape[1] <= FEW
            self.selection = self.fastest("selection", ("sort", "counting") if few else ("sort", "bisection", BETWEEN))
            self.name += f", quantiles by {self.selection}"
            if few:
                self.unroll = self.fastest("unroll", UNROLLED)
                self.name += f", unroll={self.unroll}" if self.unroll > 1 else ""
        self.reset()

    def reset(self):
        case, dtype = self.case, self.precision
        parameters = {
            name: jnp.asarray(value.astype(dtype)) for name, value in case.initial.items() if name.endswith(("weight", "bias"))}
        moments = {
            key: {
                name: jnp.asarray((case.state[f"{name}.{key}"] if case.state else np.zeros(value.shape)).astype(dtype))
                for name, value in parameters.items()}
            for key in ("exp_avg", "exp_avg_sq")}
        running = {
            name: jnp.asarray(case.initial[name].astype(dtype)) for name in ("1.running_mean", "1.running_var") if name in case.initial}
        self.state = (parameters, moments, running, jnp.zeros_like(parameters["0.weight"]))
        self.step, self.samples_ = 0, []

    def fastest(self, setting, choices):
        """The choice of a setting that makes steps fastest here, each compiled and run a few times, in turns."""
        times = {choice: [] for choice in choices}
        for number in range(6):
            for choice in choices:
                setattr(self, setting, choice)
                seconds = self.seconds(self.chunk)
                # The first compiles.
                if number:
                    times[choice].append(seconds)
        self.reset()
        return min(choices, key=lambda choice: min(times[choice]))

    def seconds(self, steps):
        start = time.perf_counter()
        self.run(steps)
        return time.perf_counter() - start

    # --- one step -------------------------------------------------------------------------------------------------------------------

    def advance(self, state, x, y, numbers, sampled, selection=None):
        """The state one step on, and the nodes' quantities if sampled."""
        parameters, moments, running, previous = state
        gradients, (z, statistics) = jax.grad(objective, has_aux=True)(parameters, x, y)
        if statistics:
            mean, variance = statistics
            running = {
                "1.running_mean": 0.9 * running["1.running_mean"] + 0.1 * mean,
                "1.running_var": 0.9 * running["1.running_var"] + 0.1 * variance * (BATCH / (BATCH - 1))}
        updated, first, second = {}, {}, {}
        for name, w in parameters.items():
            g = gradients[name] + L2 * w if w.ndim == 2 else gradients[name]
            m, v = moments["exp_avg"][name], moments["exp_avg_sq"][name]
            first[name] = m + 0.1 * (g - m)
            second[name] = 0.999 * v + 0.001 * g * g
            updated[name] = w - numbers[0] * first[name] / (jnp.sqrt(second[name]) / numbers[1] + self.case.epsilon)
        sample = None
        if sampled:
            sample = self.measure(
                parameters, updated, first["0.weight"], second["0.weight"], gradients["0.weight"], previous, z, numbers, selection)
        signs = jnp.sign(gradients["0.weight"])
        return (updated, {"exp_avg": first, "exp_avg_sq": second}, running, signs), sample

    def measure(self, before, after, m, v, gradient, previous, z, numbers, selection):
        rate, epsilon = numbers[2], self.case.epsilon
        weight, outgoing = after["0.weight"], after["3.weight" if self.case.normalizes else "2.weight"]
        signs = jnp.sign(gradient)
        nonzero = jnp.abs(signs).sum(1)
        root = jnp.sqrt(v) / numbers[1]
        ratio = jnp.abs(numbers[0] / rate * m / (root + epsilon))

        def norm(values, axis=1):
            return jnp.sqrt((values * values).sum(axis))

        sample = {
            "signCoherence": jnp.abs(signs.sum(1)) / nonzero,
            "signAgreement": (signs * previous > 0).sum(1) / nonzero,
            "gradientRatio": norm(gradient) / (L2 * norm(before["0.weight"])),
            "activeSamples": (z > 0).sum(0),
            "preactivationMean": z.mean(0),
            "preactivationMax": z.max(0),
            "incomingNorm": norm(weight),
            "largestWeight": jnp.abs(weight).max(1),
            "outgoingNorm": norm(outgoing, 0),
        }
        if selection == BETWEEN:
            sample |= {"rootSecondMoment": root, "updateRatio": ratio}
        else:
            sample |= quantiles(root, ratio, rate, epsilon, SELECTIONS[selection])
        if self.case.normalizes:
            sample |= {"batchNormScale": after["1.weight"], "batchNormShift": after["1.bias"]}
        return sample

    # --- many steps -----------------------------------------------------------------------------------------------------------------

    @partial(jax.jit, static_argnums=(0, 6, 7), donate_argnums=1)
    def many(self, state, inputs, targets, rows, numbers, selection, unroll):
        """As many steps as `numbers` has rows; the cadence divides them."""
        every = self.every

        def batch(index):
            return (inputs, targets) if rows is None else (inputs[rows[index]], targets[rows[index]])

        def plain(state, index):
            return self.advance(state, *batch(index), numbers[index], False)[0], None

        def period(state, start):
            """`every` steps, the last of them sampled."""
            if every > 1:
                state, _ = jax.lax.scan(plain, state, start + jnp.arange(every - 1))
            last = start + every - 1
            return self.advance(state, *batch(last), numbers[last], True, selection)

        if every:
            return jax.lax.scan(period, state, jnp.arange(0, numbers.shape[0], every), unroll=unroll)
        return jax.lax.scan(plain, state, jnp.arange(numbers.shape[0]), unroll=unroll)

    def run(self, steps):
        whole = len(self.order) == 1
        chunk = self.every if self.selection == BETWEEN else self.chunk
        done, unsorted = 0, []
        while done < steps:
            count = min(chunk, steps - done)
            positions = self.step + np.arange(count)
            rows = None if whole else self.order[positions % len(self.order)]
            self.state, samples = self.many(self.state, self.inputs, self.targets, rows, self.table[positions], self.selection, self.unroll)
            if self.selection == BETWEEN:
                # The sample before is sorted while this call is computed.
                unsorted.append((samples, self.table[positions[-1], 2]))
                if len(unsorted) > 1:
                    self.samples_.append(self.sorted(*unsorted.pop(0)))
            elif self.every:
                self.samples_.append(samples)
            self.step += count
            done += count
        self.samples_ += [self.sorted(*sample) for sample in unsorted]
        jax.block_until_ready(self.state)

    def sorted(self, sample, rate):
        """A call's one sample with order statistics in place of weights' values."""
        found = quantiles(sample["rootSecondMoment"][0], sample["updateRatio"][0], rate, self.case.epsilon, numpy_ranks)
        return sample | {name: values[None] for name, values in found.items()}

    def parameters(self):
        return {name: np.asarray(value) for name, value in {**self.state[0], **self.state[2]}.items()}

    def samples(self):
        return [
            {name: np.asarray(value[index]) for name, value in samples.items()}
            for samples in self.samples_ for index in range(len(samples["incomingNorm"]))]
