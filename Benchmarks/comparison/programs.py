# SPDX-License-Identifier: GPL-3.0-or-later
"""Our programs, built and called; peers as processes."""
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
REPOSITORY = BENCHMARKS.parent


def built(products, folder):
    """Builds release programs of a package and returns the folder they lie in."""
    for product in products:
        subprocess.run(["swift", "build", "-c", "release", "--product", product], cwd=folder, check=True, stdout=sys.stderr)
    path = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
    return Path(path)


def processors(threads):
    """The processors for so many threads: the last ones, since the first serves most interrupts."""
    available = sorted(os.sched_getaffinity(0))
    return set(available[-threads:])


def environment(threads):
    variables = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(variables, str(threads)), "TORCHINDUCTOR_CACHE_DIR": str(BENCHMARKS / ".build-inductor")}


def call(command, threads=1, **options):
    """Runs a program on as many processors as it has threads and returns its standard output; what it says on standard error is seen."""
    result = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, env=environment(threads),
        preexec_fn=lambda: os.sched_setaffinity(0, processors(threads)), **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {result.returncode}")
    return result.stdout


class Steps:
    """Our side of a step: `steptime` with its options."""

    def __init__(self, program, case, precision, probes, threads, *options):
        self.name = "ours"
        self.threads = threads
        self.command = [
            program, case.network, "--data", case.folder, "--precision", precision, "--probes", probes or "none", "--threads", threads,
            *case.options, *options]

    def time(self, steps, warmup, repetitions, clock):
        report = self.report("--steps", steps, "--warmup", warmup, "--repetitions", repetitions)
        return report["nsPerStep" if clock == "wall" else "processorNsPerStep"]

    def report(self, *options):
        return json.loads(call([*self.command, *options], self.threads))


class Peer:
    """A process of `worker.py`, started when it is first needed."""

    def __init__(self, kind, threads=1):
        self.kind, self.threads, self.process = kind, threads, None

    def ask(self, **request):
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "comparison.worker", self.kind, "--threads", str(self.threads)], cwd=BENCHMARKS, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(self.threads),
                preexec_fn=lambda: os.sched_setaffinity(0, processors(self.threads)))
        print(json.dumps(request, default=str), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the peer {self.kind} ended with {self.process.wait()} over {request}")
        return json.loads(line)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


class PeerSteps:
    """A peer's side of a step."""

    def __init__(self, peer, case, precision, probes):
        self.peer, self.request = peer, {"case": str(case.folder), "precision": precision, "probes": probes}
        self.name = peer.kind

    def time(self, steps, warmup, repetitions, clock):
        answer = self.peer.ask(do="time", steps=steps, warmup=warmup, repetitions=repetitions, clock=clock, **self.request)
        self.name = answer["name"]
        return statistics.median(answer["nanoseconds"])

    def values(self, what, steps, file):
        self.peer.ask(do=what, steps=steps, file=str(file), **self.request)
