# SPDX-License-Identifier: GPL-3.0-or-later
"""What the measurements share: programs, cases, peers that are running, the roofline, and where results are kept."""
import json
import os
import sys
import time
from functools import cached_property
from pathlib import Path

from .cases import Case, write_case
from .late import DEAD
from .machine import origin
from .measuring import Row
from .programs import BENCHMARKS, REPOSITORY, Peer, built, call

# name: network, optimiser, dead nodes
CASES = {
    "mnist-step": ("mnist-step", "adam", 0), "dense": ("dense", "adam", 0), "small-step": ("small-step", "adam", 0),
    "tiny-step": ("tiny-step", "adam", 0), "fresh-rmsprop": ("mnist-step", "rmsprop", 0),
    "late-adam": ("mnist-step", "adam", DEAD), "late-rmsprop": ("mnist-step", "rmsprop", DEAD),
}


class Context:
    """The surroundings of a comparison."""

    def __init__(self, folder, pairs, clock, quick):
        self.folder, self.pairs, self.clock, self.quick = Path(folder), pairs, clock, quick
        self.cases, self.peers = {}, {}
        self.origin = origin()
        (self.folder / "rows").mkdir(parents=True, exist_ok=True)
        self.tools = built(["steptime", "labtime", "roofline"], BENCHMARKS)
        self.step_options = call([self.tools / "steptime", "--help"])

    @cached_property
    def adamprobe(self):
        """The command line's program, built when first asked for."""
        return built(["adamprobe"], REPOSITORY) / "adamprobe"

    @property
    def compacts(self):
        """Whether the step can leave dead nodes out of its products."""
        return "--compaction" in self.step_options

    def case(self, name):
        """A case by name, its files made when first asked for."""
        if name not in self.cases:
            folder = self.folder / "cases" / name
            # case.json is written last.
            if not (folder / "case.json").exists():
                say(f"writing the case {name}")
                write_case(folder, *CASES[name])
            self.cases[name] = Case(folder)
        return self.cases[name]

    def peer(self, kind, threads):
        return self.peers.setdefault((kind, threads), Peer(kind, threads))

    def release(self):
        """Ends the peers: their data is large."""
        for peer in self.peers.values():
            peer.close()
        self.peers = {}

    # --- results kept from row to row -------------------------------------------------------------------------------------------------

    def path(self, group):
        return self.folder / "rows" / f"{group.replace('/', '.')}.json"

    def kept(self, group):
        """What an earlier call has measured with the same settings, by the same version and libraries on the same machine: rows, and date and
        load; None if there is nothing."""
        path = self.path(group)
        if not path.exists():
            return None
        record = json.loads(path.read_text())
        if record["settings"] != self.settings:
            return None
        rows = [Row(**{**row, **{key: row[key] and tuple(row[key]) for key in ("limit", "dense")}}) for row in record["rows"]]
        return rows, (record["date"], record["load"])

    def kept_jobs(self):
        """Groups of the whole job, of any number of epochs, by which files there are."""
        return [f"job/{epochs}" for epochs in sorted(int(path.suffixes[0][1:]) for path in self.path("job").parent.glob("job.*.json"))]

    def keep(self, group, rows):
        partial = self.path(group).with_suffix(".partial")
        partial.write_text(json.dumps({
            "settings": self.settings, "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "load": os.getloadavg()[0],
            "rows": [row.json() for row in rows]}, indent=1))
        partial.replace(self.path(group))

    @property
    def settings(self):
        return {"pairs": self.pairs, "clock": self.clock, "quick": self.quick, **self.origin}


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
