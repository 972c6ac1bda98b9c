"""What Python's own libraries make of the same model: torch's dynamic int8 of the network, xgboost's prediction in place of the trees.

Called in the benchmark's container: peers.py DATA.csv TARGET SEED MODEL-DIRECTORY
Reads the weights that the trainer wrote, measures on the validation rows that it held back, one thread, and prints a JSON list with the trainer's names.
"""

import io
import json
import os
import sys
import time
import warnings
import zlib

import numpy
import pandas

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from tensors import safetensors  # noqa: E402

data, target, seed, directory = sys.argv[1:5]
LOOKS, SINGLE, BATCHES, BATCH = 3, 1000, 30, 100


def finalise(z):
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def validates(rows, share=0.2):
    """Which rows the trainer holds back: Trainer/Data/RowHash.cs."""
    start = finalise(numpy.array([int(seed) ^ 0x76616C6964617465], dtype=numpy.uint64))
    mixed = finalise(start + (numpy.arange(rows, dtype=numpy.uint64) + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15))
    return (mixed >> numpy.uint64(11)) * (1.0 / (1 << 53)) < share


def look(predict, rows):
    """As Trainer/Optimising/Meter.cs does."""
    calls = 256
    while True:
        began = time.process_time()
        for call in range(calls):
            predict(rows[call % len(rows) : call % len(rows) + 1])
        spent = time.process_time() - began
        if spent >= 0.025:
            break
        calls *= 2
    times = {}
    for count, repeats in ((1, SINGLE), (BATCH, BATCHES)):
        taken = []
        for call in range(repeats):
            first = call * count % (len(rows) - count + 1)
            values = rows[first : first + count]
            began = time.perf_counter()
            predict(values)
            taken.append((time.perf_counter() - began) * 1000)
        times[count] = sorted(taken)
    at = lambda values, share: values[int(share * (len(values) - 1))]
    return at(times[1], 0.5), at(times[1], 0.99), at(times[BATCH], 0.5), spent * 1000 * 1000 / calls


def network():
    import torch

    torch.set_num_threads(1)
    tensors = safetensors(f"{directory}/network.safetensors")
    count = sum(name.startswith("layers.") and name.endswith(".weight") for name in tensors)

    class Scaled(torch.nn.Module):
        """The whole way from a row to a prediction, as the server has it."""

        def __init__(self):
            super().__init__()
            self.register_buffer("feature", torch.tensor(tensors["columns.feature"].astype("int64")))
            self.register_buffer("mean", torch.tensor(tensors["columns.mean"], dtype=torch.float32))
            self.register_buffer("scale", torch.tensor(tensors["columns.scale"], dtype=torch.float32))
            parts = []
            for index in range(count):
                weight = torch.tensor(tensors[f"layers.{index}.weight"])
                linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
                linear.weight.data, linear.bias.data = weight, torch.tensor(tensors[f"layers.{index}.bias"])
                parts += [linear] if index == count - 1 else [linear, torch.nn.ReLU()]
            self.layers = torch.nn.Sequential(*parts)
            self.output_mean, self.output_scale = float(tensors["output.mean"].flat[0]), float(tensors["output.scale"].flat[0])

        def forward(self, rows):
            return self.layers((rows.index_select(1, self.feature) - self.mean) / self.scale) * self.output_scale + self.output_mean

    def saved(module):
        content = io.BytesIO()
        torch.save(module.state_dict(), content)
        return len(content.getvalue())

    def coded(path):
        """As the trainer codes the weights of int8, so that what the coding saves and what 8 bits save are told apart."""
        with open(path, "rb") as file:
            coder = zlib.compressobj(9, zlib.DEFLATED, strategy=zlib.Z_HUFFMAN_ONLY)
            return len(coder.compress(file.read()) + coder.flush())

    def predictor(module):
        def predict(values):
            with torch.inference_mode():
                return module(torch.from_numpy(values)).numpy()[:, 0]

        return predict

    def traced(module):
        with torch.inference_mode():
            return torch.jit.freeze(torch.jit.trace(module, torch.zeros(1, rows.shape[1])))

    whole = Scaled().eval()
    made = [("torch", saved(whole), predictor(whole)), ("torch traced", saved(whole), predictor(traced(whole)))]
    # What this release is built with: x86 and fbgemm are absent from Debian's.
    for engine in torch.backends.quantized.supported_engines:
        if engine == "none":
            continue
        torch.backends.quantized.engine = engine
        try:
            rounded = torch.ao.quantization.quantize_dynamic(whole, {torch.nn.Linear}, dtype=torch.qint8)
            predictor(rounded)(rows[:1])
        except RuntimeError as failure:
            print(f"torch's int8 engine {engine} does not work here: {str(failure).splitlines()[0]}", file=sys.stderr)
            continue
        made += [(f"torch-int8 {engine}", saved(rounded), predictor(rounded)), (f"torch-int8 {engine} traced", saved(rounded), predictor(traced(rounded)))]
    print(f"the original's file with Huffman codes: {coded(f'{directory}/network.safetensors')} bytes", file=sys.stderr)
    print(f"torch {torch.__version__}, engines for int8: {', '.join(torch.backends.quantized.supported_engines)}", file=sys.stderr)
    return made


def trees():
    import xgboost

    file = f"{directory}/booster.ubj"
    booster = xgboost.Booster({"nthread": 1}, model_file=file)
    print(f"python3-xgboost {xgboost.__version__}, inplace_predict, nthread 1", file=sys.stderr)
    return [("xgboost", os.path.getsize(file), lambda values: booster.inplace_predict(values, validate_features=False))]


warnings.simplefilter("ignore")
table = pandas.read_csv(data)
held = table[validates(len(table))]
rows, truth = held.drop(columns=target).to_numpy("float32"), held[target].to_numpy("float32").astype(float)
models = network() if os.path.exists(f"{directory}/network.safetensors") else trees()
looks = {name: [] for name, _, _ in models}
# In turns, the first one for warming up.
for turn in range(LOOKS + 1):
    for name, _, predict in models:
        looks[name].append(look(predict, rows))
result = []
for name, size, predict in models:
    medians = numpy.median(numpy.array(looks[name][1:]), axis=0)
    rmse = float(numpy.sqrt(numpy.mean((predict(rows).astype(float) - truth) ** 2)))
    result.append({
        "name": name, "sizeBytes": size, "latencyMsP50": medians[0], "latencyMsP99": medians[1], "batch100MsP50": medians[2], "cpuMsPer1000": medians[3],
        "joulesPer1000": medians[3] / 1000 * 4, "rmse": rmse, "loss": rmse / (result[0]["rmse"] if result else rmse) - 1,
    })
json.dump(result, sys.stdout)
