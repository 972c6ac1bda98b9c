"""Reads the weights that the trainer writes, in plain Python: https://github.com/huggingface/safetensors."""

import json

import numpy


def safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = file.read()
    types = {"F64": "<f8", "F32": "<f4", "I32": "<i4"}
    return {
        name: numpy.frombuffer(content[slice(*tensor["data_offsets"])], types[tensor["dtype"]]).reshape(tensor["shape"]).copy()
        for name, tensor in header.items()
        if name != "__metadata__"
    }
