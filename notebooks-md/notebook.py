# SPDX-License-Identifier: GPL-3.0-or-later
"""What the notebooks run: commands of the product, whose output becomes part of the page. See `make notebooks`."""
import csv
import json
import shlex
import subprocess

import cog

PROGRAM = ".build/release/adamprobe"


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
    cog.outl("| claim | verdict | quantity | predicted | measured | 95 % interval | n |\n| --- | --- | --- | --- | ---: | --- | ---: |")
    for claim in report["claims"]:
        for index, row in enumerate(claim["comparisons"]):
            first = [claim["id"], f"**{words(claim['verdict'])}**"] if index == 0 else ["", ""]
            interval = " … ".join(f"{x:.4g}" for x in row["interval"]) if row["interval"] else "–"
            cells = first + [row["quantity"], row["predicted"], f"{row['measured']:.4g}", interval, str(row["count"])]
            cog.outl("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    notes = [f"- {claim['id']}: {note}" for claim in report["claims"] for note in claim["notes"]]
    left_out = [f"- {claim['id']}: left out {x['count']} of {x['of']}, {x['reason']}" for claim in report["claims"] for x in claim["excluded"] if x["count"]]
    if notes or left_out:
        cog.outl("\n" + "\n".join(notes + left_out))


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


def ratio(row):
    """A ratio with the least and the largest of its pairs."""
    return f"{float(row['ratio']):.3g} ({float(row['ratioLeast']):.3g}–{float(row['ratioLargest']):.3g})"


def words(verdict):
    return "hypotheses not met" if verdict == "hypothesesNotMet" else verdict


def table(command):
    """A command that prints a Markdown table, and the table."""
    cog.outl(f"```sh\n{command}\n```\n\n{output(command).rstrip()}")


def foretold(path):
    """How many runs of a sweep end with as many zero nodes as the theory foretells, of those with a forecast."""
    known = [row for row in rows(path) if row["foretoldZeroNodes"] != ""]
    return sum(row["foretoldZeroNodes"] == row["zeroNodes"] for row in known), len(known)
