# SPDX-License-Identifier: GPL-3.0-or-later
"""What the notebooks run: commands of the product, whose output becomes part of the page, and committed tables. See `make notebooks`."""
import csv
import functools
import json
import os
import shlex
import subprocess

import cog

PROGRAM = ".build/release/adamprobe"
# What `make verify` has left: the claims that take too long to be tested again for a page.
REPORT = "verification/report.json"
ABSENT = "not in the report yet"


def output(command, accepted=(0,)):
    """Standard output of an `adamprobe` command, run from the project's root."""
    words = shlex.split(command)
    done = subprocess.run([PROGRAM] + words[1:], capture_output=True, text=True)
    if words[0] != "adamprobe" or done.returncode not in accepted:
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def run(command):
    """The command and what it prints."""
    cog.outl(f"```console\n$ {command}\n{output(command).rstrip()}\n```")


def verify(*ids, level=None):
    """The claims put to the test: command, law, verdict, and each comparison in a row; those of one level only if it is given."""
    command = f"adamprobe verify {' '.join(ids)}" + (f" --level {level}" if level else "")
    # 1 is a violated claim, which the page is to show.
    report = json.loads(output(command + " --quiet --format json", accepted=(0, 1)))
    cog.outl(f"```sh\n{command}\n```\n")
    comparisons(report["claims"])


def comparisons(claims, notes=True):
    """A table with each comparison of these claims in a row, and their notes and exclusions under it."""
    cog.outl("| claim | verdict | quantity | predicted | measured | 95 % interval | n |\n| --- | --- | --- | --- | ---: | --- | ---: |")
    for claim in claims:
        if not claim["comparisons"]:
            cog.outl(f"| {claim['id']} | {words(claim['verdict'])} | | | | | |")
        for index, row in enumerate(claim["comparisons"]):
            first = [claim["id"], f"**{words(claim['verdict'])}**"] if index == 0 else ["", ""]
            cells = first + [row["quantity"], row["predicted"], brief(row["measured"]), interval(row), str(row["count"])]
            cog.outl("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    if notes:
        said = [f"- {claim['id']}: {note}" for claim in claims for note in claim["notes"]]
        said += [f"- {claim['id']}: left out {x['count']} of {x['of']}, {x['reason']}" for claim in claims for x in claim["excluded"] if x["count"]]
        if said:
            cog.outl("\n" + "\n".join(said))


@functools.cache
def committed():
    """The claims of the committed report, by id."""
    with open(REPORT) as file:
        return {claim["id"]: claim for claim in json.load(file)["claims"]}


def claim(name):
    """A claim of the committed report; one without comparisons if it is not in there yet."""
    return committed().get(name) or {"id": name, "verdict": ABSENT, "comparisons": [], "notes": [], "excluded": []}


def reported(*ids, notes=True):
    """The table of these claims as `make verify` has left them in the committed report: measured once, not at every check."""
    comparisons([claim(name) for name in ids], notes)


def compared(name, quantity):
    """The comparisons of a claim of the committed report whose quantity has this text in it; none if the claim is not in there yet."""
    return [row for row in claim(name)["comparisons"] if quantity in row["quantity"]]


def measured(name, quantity):
    """What the committed report measured, with its interval, for a sentence."""
    found = compared(name, quantity)
    if not found:
        return f"({name}: {ABSENT})"
    return brief(found[0]["measured"]) + (f" ({interval(found[0])})" if found[0]["interval"] else "")


def table_of(name):
    """Rows of a claim's committed table, as dictionaries of numbers; none if it isn't there yet."""
    path = f"verification/{name}.csv"
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def quantiles(values, *shares):
    """Quantiles of some numbers, for shares such as 0.05: the nearest of them."""
    ordered = sorted(values)
    return [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in shares]


def laws(*ids):
    """Statement and falsifier of claims, as the program explains them."""
    known = {claim["id"]: claim for claim in json.loads(output("adamprobe claims --json"))}
    for name in ids:
        claim = known[name]
        cog.outl(f"**{name}. {claim['title']}.** {claim['statement']} *Source*: {claim['source']}. *Refuted by*: {claim['falsifier']}.\n")


def rows(path, **where):
    """The rows of a committed table whose fields are those given, as dictionaries: numbers that were measured once, not at every check."""
    with open(path, newline="") as file:
        found = [row for row in csv.DictReader(file) if all(row[key] == value for key, value in where.items())]
    if not found:
        raise SystemExit(f"{path} has no row with {where}")
    return found


def number(path, column, **where):
    """One number of a committed table; the fields given must name one row."""
    found = rows(path, **where)
    if len(found) != 1:
        raise SystemExit(f"{path} has {len(found)} rows with {where}")
    return float(found[0][column])


def brief(value):
    """Four digits, or as JSON spells what is no number."""
    return f"{value:.4g}" if isinstance(value, (int, float)) else str(value)


def interval(row):
    """The ends of a comparison's interval."""
    return " … ".join(brief(x) for x in row["interval"]) if row["interval"] else "–"


def listing(path, language):
    """A file as it is."""
    with open(path) as file:
        cog.outl(f"```{language}\n{file.read().rstrip()}\n```")


def ratio(row):
    """A ratio with the least and the largest of its pairs."""
    return f"{float(row['ratio']):.3g} ({float(row['ratioLeast']):.3g}–{float(row['ratioLargest']):.3g})"


def words(verdict):
    return "hypotheses not met" if verdict == "hypothesesNotMet" else verdict


def table(command):
    """A command that prints a Markdown table, and the table."""
    cog.outl(f"```sh\n{command}\n```\n\n{output(command).rstrip()}\n")


def foretold(path):
    """How many runs of a sweep end with as many zero nodes as the theory foretells, of those with a forecast."""
    known = [row for row in rows(path) if row["foretoldZeroNodes"] != ""]
    return sum(row["foretoldZeroNodes"] == row["zeroNodes"] for row in known), len(known)
