# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of other software for the tests of Records.

    python records.py write                writes records.json beside this script: files made by Python, each with what it holds
    python records.py --check              makes them anew and compares what the files hold with records.json
    python records.py check FOLDER         checks files that Records wrote, as its test "files written here load in Python" lays them out

Needs numpy, torch and safetensors.
"""
import base64
import csv
import gzip
import hashlib
import io
import json
import math
import pathlib
import sys

import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch
import torch


FILE = pathlib.Path(__file__).with_name("records.json")


def number(value):
    value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def npy(array, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


def npz(save, **arrays):
    stream = io.BytesIO()
    save(stream, **arrays)
    # The time of writing (bytes 10 to 13 of a local header, 12 to 15 of a directory entry) is set to 1980, for equal files every time.
    content = bytearray(stream.getvalue())
    for signature, offset in ((b"PK\3\4", 10), (b"PK\1\2", 12)):
        start = content.find(signature)
        while start >= 0:
            content[start + offset : start + offset + 4] = b"\0\0!\0"
            start = content.find(signature, start + 1)
    return bytes(content)


def make():
    extremes = [0.0, -0.0, 1 / 3, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan]
    arrays = {
        "float64": np.array(extremes).reshape(2, 4),
        "float32 column-major": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4) / 7),
        "float32 big-endian": np.array([1.5, -2.25, 1e-40], dtype=">f4"),
        "float64 big-endian column-major": np.asfortranarray(np.arange(6, dtype=">f8").reshape(3, 2)),
        "float16": np.array([1, -2, 6.1e-5, 5.96e-8, 65504, np.inf, np.nan, -0.0], dtype="<f2"),
        "int64": np.array([-(2**63), 2**63 - 1, 0], dtype="<i8"),
        "int32": np.array([[-(2**31)], [2**31 - 1]], dtype="<i4"),
        "int16 big-endian": np.array([-2, 258], dtype=">i2"),
        "int8": np.array([-128, 127], dtype="i1"),
        "uint8": np.arange(5, dtype="u1"),
        "uint16": np.array([65535], dtype="<u2"),
        "uint32": np.array([2**32 - 1], dtype="<u4"),
        "bool": np.array([True, False, True]),
        "scalar": np.array(2.5),
        "empty": np.zeros((0, 5)),
    }
    files = [
        {"name": name, "base64": base64.b64encode(npy(array)).decode(), "shape": list(array.shape), "values": [number(v) for v in array.flatten()]}
        for name, array in arrays.items()
    ]
    for version in [(2, 0), (3, 0)]:
        array = np.array([[1.0, 2.0]])
        files.append({"name": f"version {version[0]}.0", "base64": base64.b64encode(npy(array, version)).decode(), "shape": [1, 2], "values": [1.0, 2.0]})

    tensors = {
        "0.weight": torch.arange(6, dtype=torch.float64).reshape(2, 3) / 3,
        "0.bias": torch.tensor([1e-40, -1.5], dtype=torch.float32),
        "step": torch.tensor(7.0),
        "half": torch.tensor([0.5, -3.0], dtype=torch.float16),
        "brain": torch.tensor([0.5, -3.0, 1e38], dtype=torch.bfloat16),
        "classes": torch.tensor([3, -(2**62)], dtype=torch.int64),
        "mask": torch.tensor([True, False]),
        "bytes": torch.tensor([0, 255], dtype=torch.uint8),
        "nothing": torch.zeros(0, 3),
    }
    model = {
        "base64": base64.b64encode(safetensors.torch.save(tensors, metadata={"note": 'a "quoted" µ'})).decode(),
        "tensors": [
            {"name": name, "shape": list(tensor.shape), "values": [number(v) for v in tensor.double().flatten()]}
            if tensor.is_floating_point()
            else {"name": name, "shape": list(tensor.shape), "values": [int(v) for v in tensor.flatten()]}
            for name, tensor in tensors.items()
        ],
    }

    rows = [["name", "value"], ["plain", "1.5"], ["comma, and \"quotes\"", "nan"], ["two\nlines", "-inf"], ["", "1e-320"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    content = b"a b c " * 50
    result = {
        "npy": files,
        "safetensors": model,
        "gzip": {
            "content": content.decode(),
            "one": base64.b64encode(gzip.compress(content, mtime=0)).decode(),
            "two": base64.b64encode(gzip.compress(content[:100], mtime=0) + gzip.compress(content[100:], mtime=0)).decode(),
        },
        "npz": {
            "stored": base64.b64encode(npz(np.savez, x=np.arange(3.0), y=np.array([[1], [-1]]))).decode(),
            "deflated": base64.b64encode(npz(np.savez_compressed, x=np.arange(3.0), y=np.array([[1], [-1]]))).decode(),
        },
        "sha256": hashlib.sha256(content).hexdigest(),
        "csv": {"text": text.getvalue(), "rows": rows},
    }
    return result


def compare(stored, made):
    """Compares what is stored with what Python writes now; the compressed forms differ between versions of zlib and are left out."""
    for content in (stored, made):
        del content["npz"], content["gzip"]["one"], content["gzip"]["two"]
    different = [key for key in made if made[key] != stored.get(key)]
    print(f"records.json: {', '.join(different) or 'nothing'} differs from what Python writes now")
    return 1 if different else 0


def check(folder):
    expected = json.loads((folder / "expected.json").read_text())
    assert list(expected) == ["b", "a", "text", "numbers"] and expected["text"] == 'tab\t "µ" \\ \x01 😀', expected
    assert expected["numbers"] == [0.1, 2.0**-1070, 1e23, -0.0, 3, "NaN"] and math.copysign(1, expected["numbers"][3]) == -1

    rows = np.load(folder / "rows.npy", mmap_mode="r")
    assert rows.dtype == np.dtype("<f4") and rows.shape == (1000, 3) and (rows == np.arange(3000).reshape(1000, 3)).all()
    cut = np.load(folder / "interrupted.npy", mmap_mode="r")
    assert cut.dtype == np.dtype("<i8") and cut.shape == (5,) and (cut == np.arange(5)).all()
    assert np.load(folder / "created.npy", mmap_mode="r").shape == (0, 2)
    tensor = np.load(folder / "tensor.npy")
    assert tensor.dtype == np.dtype("<f8") and tensor.shape == (2, 2) and (tensor == [[0.1, 5e-324], [-1, 3]]).all()

    with safetensors.safe_open(folder / "model.safetensors", "pt") as file:
        assert file.metadata() == {"made": "here", "µ": '"'}
    model = safetensors.torch.load_file(folder / "model.safetensors")
    assert model["mask"].dtype == torch.int8 and model["mask"].tolist() == [1, -1, 0]
    assert model["0.weight"].dtype == torch.float64 and model["0.weight"].tolist() == [[0.1, 0.2, 0.3]]
    assert model["step"].dtype == torch.float32 and model["step"].shape == () and model["step"].item() == 7
    assert model["nothing"].shape == (0, 4)

    with open(folder / "table.csv", newline="") as file:
        table = list(csv.reader(file))
    assert table == [["name", "value"], ['a, "b"\nc', "0.1"], ["", "nan"], ["x", "-inf"], ["y", ""]], table
    packed = gzip.decompress((folder / "packed.gz").read_bytes())
    assert packed == bytes(range(256)) * 100


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        FILE.write_text(json.dumps(make(), indent=1, allow_nan=False) + "\n")
    elif sys.argv[1:] == ["--check"]:
        sys.exit(compare(json.loads(FILE.read_text()), make()))
    elif len(sys.argv) == 3 and sys.argv[1] == "check":
        check(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
