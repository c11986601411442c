# SPDX-License-Identifier: GPL-3.0-or-later
"""MNIST's files (IDX, packed), where `adamprobe data` looks for them too."""
import gzip
import os
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def mnist_folder():
    """ADAMPROBE_DATA, shared/data beside the checkout, or the program's own place; None if it is nowhere."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "adamprobe"
    places = [os.environ.get("ADAMPROBE_DATA"), REPOSITORY.parent / "shared" / "data", home]
    for place in filter(None, places):
        if (Path(place) / "mnist" / "train-images-idx3-ubyte.gz").exists():
            return Path(place) / "mnist"
    return None


def _bytes(path, offset):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def images(folder, part):
    """uint8 [samples, 784] of `train` or `t10k`."""
    return _bytes(folder / f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784)


def labels(folder, part):
    """int64 [samples]."""
    return _bytes(folder / f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64)
