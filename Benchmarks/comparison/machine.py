# SPDX-License-Identifier: GPL-3.0-or-later
"""Where and with what a comparison was made."""
import importlib.metadata
import os
import platform
import subprocess
import time
from pathlib import Path

from .programs import REPOSITORY


def processor():
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def first_line(*command):
    try:
        return subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def environment(clock, blas, loads):
    """What a reader needs to judge the figures by; `loads` are those at the rows."""
    packages = {name: importlib.metadata.version(name) for name in ("torch", "jax", "jaxlib", "numpy")}
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "processor": processor(), "processors": os.cpu_count(), "system": platform.platform(),
        "python": platform.python_version(), **packages, "blas": blas, "swift": first_line("swift", "--version"),
        "revision": first_line("git", "describe", "--always", "--dirty"), "clock": clock, "loadLeast": min(loads), "loadLargest": max(loads)}
