# SPDX-License-Identifier: GPL-3.0-or-later
"""One peer in a process of its own, with its own threads and processors: reads a request a line from standard input, answers a line of JSON.

    {"do": "time", "case": FOLDER, "precision": "float32", "probes": 10, "steps": 100, "repetitions": 5, "warmup": 20}
    {"do": "parameters", …, "steps": 300, "file": PATH}        parameters after so many steps from the start
    {"do": "samples", …, "steps": 5, "file": PATH}             the sample of the last of so many steps
    {"do": "job", …, "epochs": 25, "stepsPerEpoch": 938}       a whole training (torch_job)

A training is made once for each case, precision and cadence, and set back to its start before each request.
"""
import argparse
import importlib
import json
import os
import sys
import time

CLOCKS = {"wall": time.perf_counter_ns, "cpu": time.process_time_ns}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="a module of this package that has a class Run: torch_eager, torch_compiled, torch_job or jax_scan")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    # What libraries print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if arguments.peer.startswith("torch"):
        import torch

        torch.set_num_threads(arguments.threads)
        torch.set_num_interop_threads(1)
    # Imported here: the processors that a library finds when it is loaded are those it uses.
    from .cases import Case

    kind = importlib.import_module(f".{arguments.peer}", __package__).Run
    cases, runs = {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        folder = request["case"]
        if folder not in cases:
            cases[folder] = Case(folder)
        key = (folder, request["precision"], request["probes"])
        if key not in runs:
            runs[key] = kind(cases[folder], request["precision"], request["probes"])
        run = runs[key]
        run.reset()
        print(json.dumps(answer(run, request)), file=answers, flush=True)


def answer(run, request):
    if request["do"] == "job":
        return run.job(request["epochs"], request["stepsPerEpoch"])
    steps = request["steps"]
    if request["do"] == "time":
        clock = CLOCKS[request["clock"]]
        run.run(request["warmup"])
        times = []
        for _ in range(request["repetitions"]):
            start = clock()
            run.run(steps)
            times.append((clock() - start) / steps)
        return {"nanoseconds": times, "name": run.name}
    import numpy as np

    run.run(steps)
    values = run.parameters() if request["do"] == "parameters" else run.samples()[-1]
    np.savez(request["file"], **values)
    return {"name": run.name}


if __name__ == "__main__":
    main()
