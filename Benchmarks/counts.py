#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instructions of the main kernels, counted by callgrind: the same on a busy machine as on a quiet one.

Without an option the counts are made anew and written to counts.json. With --check they are compared with that file, and the exit code is 1
if a kernel needs more than 5 % more instructions than recorded, is not counted any more, or took a lesser path than the CPU allows; a count that
cannot be compared is named. Instructions of one repetition are the difference between runs of 2n and of n.

valgrind knows no AVX-512: the loops take their AVX2 path and OpenBLAS its Haswell kernels, so that machines with and without AVX-512 count
alike. Counts through OpenBLAS are compared only where its version is the recorded one, and counts of a vector path only where the CPU has it.

    python3 counts.py --check
    python3 counts.py --only adam
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECORD = HERE / "counts.json"
# A compiler's whim is smaller, a loop that lost its vectors larger.
ALLOWED_GROWTH = 0.05
ENVIRONMENT = {**os.environ, "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1", "SWIFT_DETERMINISTIC_HASHING": "1"}


def output(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **options).stdout


def program(folder):
    """The release program without debugging information, which valgrind cannot read in all its forms."""
    subprocess.run(["swift", "build", "-c", "release", "--product", "kernelwork"], cwd=HERE, check=True, stdout=sys.stderr)
    built = Path(output("swift", "build", "-c", "release", "--show-bin-path", cwd=HERE).strip()) / "kernelwork"
    stripped = folder / "kernelwork"
    subprocess.run(["strip", "-g", "-o", stripped, built], check=True)
    return stripped


def instructions(path, kernel, repetitions, folder):
    """Instructions of the whole process, and the path that the vector loops took, as far as their functions' names tell."""
    profile = folder / f"{kernel}.{repetitions}.callgrind"
    output("valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", path, kernel, "--repetitions", repetitions, env=ENVIRONMENT)
    text = profile.read_text(errors="replace")
    paths = set(re.findall(r"^c?fn=\(\d+\) \w+\.arch_(x86-64-v\d)", text, re.MULTILINE))
    return int(re.search(r"^summary: (\d+)", text, re.MULTILINE)[1]), paths


def count(path, kernel, repetitions, folder):
    (once, paths), (twice, _) = (instructions(path, kernel, n, folder) for n in (repetitions, 2 * repetitions))
    print(f"{kernel}: {(twice - once) / repetitions:.0f}", file=sys.stderr, flush=True)
    return round((twice - once) / repetitions), paths


def measured(only):
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent)
        path = program(folder)
        lines = [line.split() for line in output(path, "--list").splitlines()]
        kernels = [(name, int(repetitions), blas == "true") for name, repetitions, blas in lines if only in name]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = list(pool.map(lambda kernel: count(path, kernel[0], kernel[1], folder), kernels))
        return {
            "blas": output(path, "--blas", env=ENVIRONMENT).strip(),
            "compiler": output("swift", "--version").splitlines()[0],
            "valgrind": output("valgrind", "--version").strip(),
            "instructions": {name: number for (name, _, _), (number, _) in zip(kernels, counts)},
            "paths": {name: " ".join(sorted(paths)) or "untold" for (name, _, _), (_, paths) in zip(kernels, counts)},
            "throughBLAS": [name for name, _, blas in kernels if blas],
        }


def has_avx2():
    """Whether the CPU can take the vector loops' AVX2 path."""
    flags = Path("/proc/cpuinfo").read_text().split() if Path("/proc/cpuinfo").exists() else []
    return "avx2" in flags and "fma" in flags


def check(now, recorded, only):
    """Lines for what has grown, vanished or lost its vector path; prints a table of everything."""
    grown = [
        f"{name} is in {RECORD.name} and is not counted any more" for name in recorded["instructions"] if only in name and name not in now["instructions"]]
    for name, number in now["instructions"].items():
        before = recorded["instructions"].get(name)
        if before is None:
            grown.append(f"{name} is not in {RECORD.name}: count anew")
            continue
        path, usual = now["paths"][name], recorded["paths"][name]
        if path != usual:
            text = f"the vector loops took the path {path} here, {usual} in {RECORD.name}"
            if "x86-64-v3" in usual and has_avx2():
                grown.append(f"{name}: {text}, which this CPU has too")
            else:
                print(f"{name}: not compared, {text}")
            continue
        if name in recorded["throughBLAS"] and now["blas"] != recorded["blas"]:
            print(f"{name}: not compared, another OpenBLAS: {now['blas']}")
            continue
        print(f"{name}: {number} instructions, {100 * (number / before - 1):+.1f} %")
        if number > before * (1 + ALLOWED_GROWTH):
            grown.append(f"{name} has grown from {before} to {number} instructions")
    if grown and now["compiler"] != recorded["compiler"]:
        grown.append(f"(counted with {recorded['compiler']}, now {now['compiler']})")
    return grown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with counts.json; exit code 1 if one has grown by more than 5 %% or is gone")
    parser.add_argument("--only", default="", help="only kernels whose name has this in it")
    arguments = parser.parse_args()
    missing = [tool for tool in ("valgrind", "strip") if not shutil.which(tool)]
    if missing:
        sys.exit(f"instructions not counted: {' and '.join(missing)} not found (apt-get install valgrind binutils)")
    now = measured(arguments.only)
    if not now["instructions"]:
        sys.exit(f"no kernel has '{arguments.only}' in its name")
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else None
    if arguments.check:
        if recorded is None:
            sys.exit(f"{RECORD} is missing: count without --check first")
        grown = check(now, recorded, arguments.only)
        print("\n".join(grown) or "no kernel that could be compared has grown by more than 5 %", file=sys.stderr if grown else sys.stdout)
        return 1 if grown else 0
    if arguments.only and recorded:
        if any(now[key] != recorded[key] for key in ("blas", "compiler", "valgrind")):
            sys.exit("OpenBLAS, compiler or valgrind are not those of the other counts: count all anew")
        for key in ("instructions", "paths"):
            now[key] = {**recorded[key], **now[key]}
        now["throughBLAS"] = sorted({*recorded["throughBLAS"], *now["throughBLAS"]})
    partial = RECORD.with_suffix(".partial")
    partial.write_text(json.dumps(now, indent=2) + "\n")
    partial.replace(RECORD)
    return 0


if __name__ == "__main__":
    sys.exit(main())
