# SPDX-License-Identifier: GPL-3.0-or-later
"""Where and with what a comparison was made."""
import hashlib
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

from .programs import REPOSITORY


def processor():
    """The processor's name, and its family and model, which a virtual machine's name for it may leave out."""
    if Path("/proc/cpuinfo").exists():
        first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
        values = {key.strip(): value.strip() for key, value in (line.split(":", 1) for line in first.splitlines() if ":" in line)}
        if "model name" in values:
            return f"{values['model name']} (family {values.get('cpu family', '?')}, model {values.get('model', '?')})"
    return platform.processor() or platform.machine()


def first_line(*command):
    try:
        return subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def revision():
    """The commit; with what differs from it, results aside, as a digest: two states of a changed tree are two versions."""
    commit = first_line("git", "rev-parse", "--short", "HEAD")
    try:
        changes = subprocess.run(
            ["git", "diff", "HEAD", "--", ".", ":(exclude)Benchmarks/results"], cwd=REPOSITORY, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return commit
    return f"{commit}-dirty-{hashlib.sha256(changes).hexdigest()[:8]}" if changes else commit


def origin():
    """The version, the machine and the libraries: figures of one table have them in common."""
    packages = {name: importlib.metadata.version(name) for name in ("torch", "jax", "jaxlib", "numpy")}
    return {
        "revision": revision(), "processor": processor(), "processors": os.cpu_count(), "system": platform.platform(),
        "python": platform.python_version(), **packages, "swift": first_line("swift", "--version")}


def environment(origin, clock, blas, measured):
    """What a reader needs to judge the figures by; `measured` has date and load of each group of rows."""
    dates, loads = zip(*measured)
    return {
        "dateFirst": min(dates), "dateLast": max(dates), **origin, "blas": blas, "clock": clock, "loadLeast": min(loads),
        "loadLargest": max(loads)}
