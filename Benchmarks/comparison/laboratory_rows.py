# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the dead-weight laboratory and of ensembles: many small things at once, on one core."""
import json
import subprocess
import sys

from .context import say
from .measuring import Row, rounds
from .programs import BENCHMARKS, built, call, environment

# Cases × steps of a run, in place of 10⁶ × 10⁴, which would take minutes. Our planning, a microsecond a case, belongs to 10⁴ steps: as many steps and
# fewer cases. Theirs has as many cases, which decides where their memory lies, and so many steps that what a call costs besides (jax allocates and
# copies; some per cent of 20 steps) is spread thin. In blocks, theirs stay in the nearest caches.
OURS = (40_960, 10_000)
THEIRS = {"10⁶ cases at once": (1_000_000, 200), "in blocks of 4,096 cases": (4_096, 4_000)}


class LaboratoryPeer:
    """laboratory.py's NumPy or JAX side in a process of its own, which it pins to one core."""

    def __init__(self, kind, precision, cases):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comparison.laboratory_worker", kind, precision, str(cases)], cwd=BENCHMARKS, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(1))
        self.cases = cases

    def time(self, steps, clock):
        print(steps, clock, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the laboratory's peer ended with {self.process.wait()}")
        return float(line) / (steps * self.cases)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def laboratory(context, precision):
    folder = context.folder / "laboratory"
    folder.mkdir(exist_ok=True)
    worker = [sys.executable, "-m", "comparison.laboratory_worker"]
    say(call([*worker, "check", context.tools / "labtime", folder], cwd=BENCHMARKS).strip().replace("\n", "; "))
    call([*worker, "grid", folder, OURS[0]], cwd=BENCHMARKS)

    def ours():
        report = json.loads(call([context.tools / "labtime", "--data", folder, "--precision", precision, "--steps", OURS[1], "--repetitions", 3]))
        return report["nsPerWeightStep" if context.clock == "wall" else "processorNsPerWeightStep"]

    rows = []
    for size, (cases, steps) in THEIRS.items():
        peers = [LaboratoryPeer(kind, precision, cases) for kind in ("NumPyRun", "JAXRun")]
        times = rounds(context.pairs, [ours, *(lambda peer=peer: peer.time(steps, context.clock) for peer in peers)])
        for peer, name, target, series in zip(peers, ("NumPy", "jax scan"), (20, 3), times[1:]):
            peer.close()
            rows.append(Row(
                f"laboratory/{precision}/{name.split()[0].lower()}/{cases}", f"dead-weight laboratory, {precision}, 1 core", f"{name}, {size}",
                "weight-step", times[0], series, target, ("laboratory", precision, 1),
                f"ours {OURS[0]:,} cases × {OURS[1]:,} steps, theirs {cases:,} × {steps:,}"))
    return rows


def ensembles(context):
    """Rows of ensemble.py, where this checkout has it: medians and extremes of its own rounds."""
    if not (BENCHMARKS / "ensemble.py").exists():
        say("no ensemble.py here: ensembles are left out")
        return []
    program = built(["ensembletime"], BENCHMARKS) / "ensembletime"
    text = call(
        [sys.executable, "-m", "comparison.ensemble_worker", program, context.pairs, context.clock, context.folder / "roofline.json"], cwd=BENCHMARKS)
    return [
        Row(
            f"ensemble/{row['network']}/{row['kind']}/{row['precision']}/{'best' if row['isBest'] else 'plain'}",
            f"4,096 networks {row['network']} by {row['kind']}, {row['precision']}, 1 core", row["peer"], "member-step", [row["ours"]],
            [row["theirs"]], 3, None, "", row.get("ratios") or [row["least"], row["ratio"], row["most"]], row["limit"],
            "products at the peak of multiply-adds + divisions and roots", rounds=context.pairs)
        for row in json.loads(text)]
