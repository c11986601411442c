# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides must compute the same thing before they are timed: parameters after many steps, and every quantity of one sample."""
import shutil
import sys

import numpy as np
from safetensors.numpy import load_file

from .context import say
from .programs import PeerSteps, Steps

# In float32 rounding sooner or later puts a sample on the other side of a ReLU's edge, and the two sides part: fewer steps.
STEPS = {"float64": 300, "float32": 50}
# float64: rounding differs in the order of sums and in fused multiply-adds (2^-53 each), and Adam carries it on.
# float32: the same at 2^-24; where a weight's gradients are little more than rounding noise, Adam makes whole steps of α of them: few weights do.
TOLERANCE = {"float64": 1e-11, "float32": 2e-2}
MOST_TOLERANCE = {"float64": 1e-12, "float32": 1e-4}
MOST = 0.999
# Dead weights have no data gradient, and the same recursion on both sides: two or three of the steps of 2^-149 in which subnormals of 1e-39 lie.
DEAD_TOLERANCE = 1e-5
# Compaction is compared with its absence over two of its looks, which are 128 steps apart.
COMPACTED_STEPS = 150
# A sample is compared in float64 after few steps: of its values, the largest difference over the largest value.
SAMPLE_STEPS, SAMPLE_TOLERANCE = 3, 1e-9
QUANTILES = ("q0", "q25", "q50", "q75", "q100")


def difference(ours, theirs, share=1):
    """Of each tensor that both have the quantile `share` (1: the largest) of |difference| / max|value|; the largest of these."""
    worst = 0.0
    for name, their in theirs.items():
        if not np.issubdtype(their.dtype, np.number) or name == "1.num_batches_tracked":
            continue
        a, b = ours[name].astype(np.float64), their.astype(np.float64)
        if a.shape != b.shape:
            sys.exit(f"{name} has shape {a.shape} here and {b.shape} there")
        if not np.array_equal(np.isnan(a), np.isnan(b)):
            sys.exit(f"{name} is not a number in other places here than there")
        if np.isnan(a).all():
            continue
        scale = np.nanmax(np.abs(b))
        apart = float(np.nanquantile(np.abs(a - b), share))
        worst = max(worst, apart / scale if scale > 0 else apart)
    return worst


def of_dead(values, count):
    """Weights of the first `count` hidden nodes, a row a node: incoming and outgoing ones."""
    return {"incoming": values["0.weight"][:count], "outgoing": values["3.weight"][:, :count].T}


def own_difference(ours, theirs):
    """The largest |difference| over the largest value of its own row: dead weights are far smaller than their neighbours."""
    worst = 0.0
    for name, their in theirs.items():
        a, b = ours[name].astype(np.float64), their.astype(np.float64)
        scale = np.abs(b).max(axis=1, keepdims=True)
        apart = np.divide(np.abs(a - b), scale, out=np.where(a == b, 0.0, np.inf), where=scale > 0)
        worst = max(worst, float(apart.max()))
    return worst


def must_hold(text, worst, tolerance):
    say(f"{text}: {worst:.1e} (at most {tolerance:.0e})")
    if not worst <= tolerance:
        sys.exit("the two sides do not compute the same thing")


def must_agree(text, ours, theirs, precision):
    must_hold(f"{text}, {100 * MOST:.1f} % of them", difference(ours, theirs, MOST), MOST_TOLERANCE[precision])
    must_hold(f"{text}, the largest difference", difference(ours, theirs), TOLERANCE[precision])


def check_parameters(context, name, precision, kind):
    case = context.case(name)
    steps = 1000 if precision == "float64" and case.network != "mnist-step" else STEPS[precision]
    path, theirs = context.folder / "final.safetensors", context.folder / "final.npz"
    program = context.tools / "steptime"
    Steps(program, case, precision, None, 1).report("--steps", steps, "--repetitions", 1, "--model", path)
    PeerSteps(context.peer(kind, 1), case, precision, None).values("parameters", steps, theirs)
    with np.load(theirs) as values:
        must_agree(f"{name}, {precision}, {kind}: parameters after {steps} steps", load_file(path), values, precision)
        if case.dead:
            apart = own_difference(of_dead(load_file(path), case.dead), of_dead(values, case.dead))
            must_hold(f"{name}, {precision}, {kind}: dead weights after {steps} steps, on their own scale", apart, DEAD_TOLERANCE)


def check_compaction(context, name):
    """Whether dead nodes are left out of the products or not: the same parameters and moments, those of dead nodes to the bit; a skipped node's
    running statistics wait for its release."""
    case, steps, found = context.case(name), COMPACTED_STEPS, []
    for options in ([], ["--compaction"]):
        model, state = (context.folder / f"{what}.safetensors" for what in ("final", "state"))
        Steps(context.tools / "steptime", case, "float32", None, 1, *options).report(
            "--steps", steps, "--repetitions", 1, "--model", model, "--state", state)
        found.append({key: value for key, value in {**load_file(model), **load_file(state)}.items() if "running" not in key})
    must_agree(f"{name}, float32: parameters and moments after {steps} steps with and without compaction", *found, "float32")
    apart = sum(
        np.count_nonzero(_dead(key, found[0][key], case.dead).view(np.uint32) != _dead(key, found[1][key], case.dead).view(np.uint32))
        for key in found[0] if found[0][key].ndim and found[0][key].dtype == np.float32 and not key.startswith("3.bias"))
    must_hold(f"{name}, float32: values of dead nodes that differ by a bit", apart, 0)


def _dead(key, values, count):
    """What of a parameter or its moments belongs to the first `count` hidden nodes."""
    return np.ascontiguousarray(values[:, :count] if key.startswith("3.weight") else values[:count])


def our_sample(context, case, steps):
    folder = context.folder / "samples"
    shutil.rmtree(folder, ignore_errors=True)
    Steps(context.tools / "steptime", case, "float64", 1, 1).report("--steps", steps, "--repetitions", 1, "--samples", folder)
    row = list(np.load(folder / "steps.npy")).index(steps)
    layer = next(folder.glob("*.incomingNorm.npy")).name.removesuffix(".incomingNorm.npy")

    def quantity(name):
        return np.load(folder / f"{layer}.{name}.npy")[row]

    names = ["signCoherence", "signAgreement", "gradientRatio", "activeSamples", "preactivationMean", "preactivationMax", "incomingNorm",
             "largestWeight", "outgoingNorm"] + (["batchNormScale", "batchNormShift"] if case.normalizes else [])
    sample = {name: quantity(name) for name in names}
    for name in ("rootSecondMoment", "updateRatio", "effectiveDecay"):
        sample[name] = np.stack([quantity(f"{name}.{level}") for level in QUANTILES], axis=1)
    return sample


def check_samples(context, name, kind):
    """Every quantity of the same step in float64, quantiles included."""
    case, theirs = context.case(name), context.folder / "sample.npz"
    PeerSteps(context.peer(kind, 1), case, "float64", 1).values("samples", SAMPLE_STEPS, theirs)
    ours = our_sample(context, case, SAMPLE_STEPS)
    with np.load(theirs) as values:
        if missing := sorted(set(ours) - set(values.files)):
            sys.exit(f"{kind} does not measure {', '.join(missing)}")
        must_hold(f"{name}, {kind}: {len(ours)} quantities of step {SAMPLE_STEPS}", difference(ours, values), SAMPLE_TOLERANCE)
