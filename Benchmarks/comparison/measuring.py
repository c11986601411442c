# SPDX-License-Identifier: GPL-3.0-or-later
"""Interleaved runs and what is made of them: medians, ratios within rounds, rows of the table."""
import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """One line of the table. Times are nanoseconds of a unit of work, round by round."""

    id: str
    work: str
    # Whom it is compared with.
    against: str
    unit: str
    ours: list
    theirs: list
    # Least ratio theirs/ours that the project aims at; None where it has none.
    target: float | None = None
    # The work's name, precision and threads in the roofline; None where there is no limit.
    limit: tuple | None = None
    note: str = ""
    ratios: list = field(default_factory=list)
    # The least time where it does not come from the roofline's own list, and what it is instead.
    least: float | None = None
    bound: str = ""
    # Units of the roofline's work in one of this row's.
    times: int = 1
    # The roofline's work where nothing is left out, beside a limit that counts what is.
    dense: tuple | None = None
    # Rounds, where `ratios` holds less than all of them.
    rounds: int = 0

    def __post_init__(self):
        self.rounds = self.rounds or len(self.ours)
        self.ratios = self.ratios or [their / our for our, their in zip(self.ours, self.theirs)]

    @property
    def ratio(self):
        return statistics.median(self.ratios)

    @property
    def met(self):
        return None if self.target is None else self.ratio >= self.target

    def json(self):
        return asdict(self)


def rounds(count, sides, progress=None):
    """Calls every side once a round; who begins moves on from round to round. Returns the results, a list a side."""
    results = [[] for _ in sides]
    for number in range(count):
        first = number % len(sides)
        for position in [*range(first, len(sides)), *range(first)]:
            results[position].append(sides[position]())
        if progress:
            progress(number + 1, results)
    return results


def best(times):
    """The position of the least median."""
    return min(range(len(times)), key=lambda index: statistics.median(times[index]))


def duration(nanoseconds):
    """A time in a unit that suits it, three digits."""
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
        if nanoseconds >= size:
            return f"{three(nanoseconds / size)} {unit}"
    return f"{three(nanoseconds)} ns"


def three(value):
    """Three significant digits without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
