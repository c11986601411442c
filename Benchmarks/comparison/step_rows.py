# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of training steps: fresh and late, large and small, with probes and without, and what our own probes cost."""
from .checks import check_compaction, check_parameters, check_samples
from .context import say
from .measuring import Row, best, rounds
from .programs import PeerSteps, Steps

CADENCES = {None: "no probe", 10: "probes at every 10th step", 1: "probes at every step"}
# Steps a repetition and repetitions of ours, and of the peers (jax: its chunk), about half a second in all.
OUR_STEPS = {None: (20, 5), 10: (20, 5), 1: (10, 5)}
THEIR_STEPS = {None: (50, 2), 10: (20, 3), 1: (5, 3)}
# Late and its comparison: with compaction a repetition holds one of its looks for dead nodes, which are 128 steps apart.
LATE_STEPS, COMPACTED_STEPS = (20, 5), (128, 3)
EAGER, COMPILED, JAX = "torch_eager", "torch_compiled", "jax_scan"


def timed(side, steps, warmup, clock):
    count, repetitions = steps
    return lambda: side.time(count, warmup, repetitions, clock)


def labelled(threads):
    return f"{threads} thread{'s' if threads > 1 else ''}"


def title(peer, threads):
    """Whom a row is against; with its threads where they are not the work's."""
    return peer.name if peer.peer.threads == threads else f"{peer.name}, {labelled(peer.peer.threads)}"


def fastest_setting(context, kind, case, precision, probes, threads):
    """The peer with as many threads as there are for it, or with one if that is faster."""
    settings = sorted({1, threads})
    sides = [PeerSteps(context.peer(kind, number), case, precision, probes) for number in settings]
    if len(sides) > 1:
        times = [[timed(side, THEIR_STEPS[probes], 5, context.clock)() for _ in range(2)] for side in sides]
        return sides[best(times)]
    return sides[0]


def mnist_step(context, precision, threads, probes, data="mnist-step"):
    """The step of 784-1000-10 against all peers; on the data `dense` without a target."""
    case = context.case(data)
    if threads == 1:
        for kind in (EAGER, COMPILED, JAX):
            if probes is None:
                check_parameters(context, data, precision, kind)
            elif probes == 1 and precision == "float64":
                check_samples(context, "mnist-step", kind)
    ours = Steps(context.tools / "steptime", case, precision, probes, threads)
    peers = [fastest_setting(context, kind, case, precision, probes, threads) for kind in (EAGER, COMPILED, JAX)]
    clock = context.clock if threads == 1 else "wall"
    times = rounds(
        context.pairs,
        [timed(ours, OUR_STEPS[probes], 20, clock)] + [timed(peer, THEIR_STEPS[probes], THEIR_STEPS[probes][0], clock) for peer in peers])
    dense = data == "dense"
    work = f"784-1000-10, {CADENCES[probes]}, {'no pixel 0, ' if dense else ''}{precision}, {labelled(threads)}"
    chosen = 2 + best(times[2:])
    full, sparse = (limit_of(probes, precision, threads, left_out) for left_out in (False, True))
    limits = {"limit": full} if dense else {"limit": sparse, "dense": full}
    id = f"{'dense' if dense else 'mnist'}/{precision}/{threads}/{probes or 'none'}"
    titles = [title(peer, threads) for peer in peers]
    both = " · ".join(f"{name} {_milliseconds(series)}" for name, series in zip(titles[1:], times[2:]))
    return [
        Row(f"{id}/eager", work, titles[0], "step", times[0], times[1], 2.5 if probes == 1 else None, **limits),
        Row(f"{id}/best", work, titles[chosen - 1], "step", times[0], times[chosen], None if dense else {None: 1.25, 1: 1.5}.get(probes),
            note=f"the better of {both}", **limits),
    ]


def limit_of(probes, precision, threads, left_out):
    """The roofline's name of a step: with the zeros of the data left out, or dense."""
    return ("mnist-step" + ("" if left_out else ", dense") + (f", probes {probes}" if probes else ""), precision, threads)


def _milliseconds(series):
    return f"{sorted(series)[len(series) // 2] / 1e6:.3g} ms"


def overhead(context, precision, probes):
    """Our step without probes against the same with them: the ratio is at least 1/1.05 where probes cost at most 5 %."""
    case = context.case("mnist-step")
    plain, probed = (Steps(context.tools / "steptime", case, precision, choice, 1) for choice in (None, probes))
    # Whole cadences, after as many warm-up steps.
    steps = (50, 5) if probes == 10 else (20, 5)
    with_probes, without = rounds(context.pairs, [timed(probed, steps, 20, context.clock), timed(plain, steps, 20, context.clock)])
    allowed = 0.01 if probes == 10 else 0.05
    target = round(1 / (1 + allowed), 3)
    return [Row(
        f"overhead/{precision}/{probes}", f"784-1000-10, {CADENCES[probes]}, {precision}, 1 thread", "our own step without probes", "step",
        with_probes, without, target, limit_of(probes, precision, 1, True), f"an overhead of at most {100 * allowed:.0f} % is a ratio of {target}",
        dense=limit_of(probes, precision, 1, False))]


def late(context, optimizer):
    """The step after most nodes have died, against our own first epoch and against torch's late step."""
    fresh_case = context.case("mnist-step" if optimizer == "adam" else "fresh-rmsprop")
    late_case = context.case(f"late-{optimizer}")
    program, dead = context.tools / "steptime", "683 of 1000 nodes dead"
    check_late(context, optimizer)
    sides = {
        "fresh": Steps(program, fresh_case, "float32", None, 1), "late": Steps(program, late_case, "float32", None, 1),
        "eager fresh": PeerSteps(context.peer(EAGER, 1), fresh_case, "float32", None),
        "eager": PeerSteps(context.peer(EAGER, 1), late_case, "float32", None),
        "compiled fresh": PeerSteps(context.peer(COMPILED, 1), fresh_case, "float32", None),
        "compiled": PeerSteps(context.peer(COMPILED, 1), late_case, "float32", None),
    }
    if context.compacts:
        sides["compacted"] = Steps(program, late_case, "float32", None, 1, "--compaction")
    else:
        say("steptime has no --compaction here: those rows are left out")
    series = dict(zip(sides, rounds(context.pairs, [
        timed(side, COMPACTED_STEPS if name == "compacted" else LATE_STEPS, 20, context.clock) for name, side in sides.items()])))
    ours = ["late"] + (["compacted"] if context.compacts else [])
    rows = []
    limits = {"late": "mnist-step" if optimizer == "adam" else "mnist-step, rmsprop", "compacted": f"mnist-step, {optimizer}, compacted"}
    for which in ours:
        work = f"784-1000-10, {optimizer}, {dead}, float32, 1 thread" + (", with compaction" if which == "compacted" else "")
        for peer, title in (("fresh", "our own first epoch"), ("eager", sides["eager"].name), ("compiled", sides["compiled"].name)):
            note = "" if peer == "fresh" else f"their first epoch's step: {_milliseconds(series[f'{peer} fresh'])}"
            rows.append(Row(f"late/{optimizer}/{which}/{peer}", work, title, "step", series[which], series[peer], 1.0, (limits[which], "float32", 1), note,
                            dense=limit_of(None, "float32", 1, False) if optimizer == "adam" else None))
    return rows


def check_late(context, optimizer):
    """The same numbers from the planted state, subnormals among them, and with compaction."""
    name = f"late-{optimizer}"
    for kind in (EAGER, COMPILED):
        check_parameters(context, name, "float32", kind)
    if context.compacts:
        check_compaction(context, name)


def small_step(context, network, precision):
    """A small network one at a time, full batch, sampled at every step."""
    case = context.case(network)
    check_parameters(context, network, precision, JAX)
    check_parameters(context, network, precision, EAGER)
    check_samples(context, network, JAX)
    check_samples(context, network, EAGER)
    ours = Steps(context.tools / "steptime", case, precision, 1, 1)
    eager, plain = (PeerSteps(context.peer(EAGER, 1), case, precision, probes) for probes in (1, None))
    scan = PeerSteps(context.peer(JAX, 1), case, precision, 1)
    times = rounds(context.pairs, [
        timed(ours, (4000, 5), 200, context.clock), timed(eager, (100, 5), 50, context.clock), timed(plain, (200, 5), 50, context.clock),
        timed(scan, (5000, 5), 500, context.clock)])
    shape = {"tiny-step": "2-8-1", "small-step": "8-32-1"}[network]
    work, id = f"{shape}, full batch 64, probes at every step, {precision}, 1 thread", f"small/{network}/{precision}"
    limit = (network, precision, 1)
    return [
        Row(f"{id}/eager", work, eager.name, "step", times[0], times[1], 50, limit),
        Row(f"{id}/eager-plain", work, f"{plain.name}, without probes", "step", times[0], times[2], None, limit),
        Row(f"{id}/jax", work, scan.name, "step", times[0], times[3], 2, limit),
    ]
