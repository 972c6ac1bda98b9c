"""Runs both learners on the same rows for each seed, one after the other, and scores both models on rows that neither has seen.

Called in the benchmark's container: measure.py DATA.csv TARGET CASE TREES THREADS SEED... (of a network epochs instead of trees)
Prints one JSON line a seed: wall seconds of the whole process (whole) and without the start of interpreter or runtime (inside), and RMSE.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
import time

import numpy
import pandas
import sklearn
import torch
import xgboost

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from tensors import safetensors  # noqa: E402

TRAINER = "/published/images/trainer/artifacts/publish/trainer/modelop-trainer"
WORK = "/work/training"

data, target, case, trees, threads = sys.argv[1:6]
BOOSTING = {"ROUNDS": trees, "ETA": "0.1"}
CASES = {
    "depth-wise": BOOSTING | {"MAXDEPTH": "6"},
    "deep": {"ROUNDS": trees, "ETA": "0.01", "MAXDEPTH": "12"},
    "leaf-wise": BOOSTING | {"GROWPOLICY": "LossGuide", "MAXLEAVES": "63"},
    "forest": {"LEARNER": "RandomForest", "TREES": trees, "MAXDEPTH": "12", "SUBSAMPLE": "0.8", "COLSAMPLEBYNODE": "0.8", "LAMBDA": "0.00001"},
    "linear": {"LEARNER": "Linear"},
    "network": {
        "LEARNER": "Network", "HIDDENLAYERS": "512,256,128,64", "BATCHSIZE": "2048", "EPOCHS": trees, "LEARNINGRATE": "0.001", "WEIGHTDECAY": "0.01",
        "LEARNINGRATESCHEDULE": "Cosine",
    },
}
# Both learners' idle threads sleep: spinning ones starve the thread that has work when the machine is busy with other things.
environment = {"PATH": os.environ["PATH"], "OMP_WAIT_POLICY": "passive", "HOME": "/tmp"}


def timed(command, extra, log):
    began = time.perf_counter()
    with open(log, "wb") as output:
        done = subprocess.run(command, env=environment | extra, stdout=output, stderr=subprocess.STDOUT, check=False)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}:\n{open(log).read()[-2000:]}")
    return seconds


def layered(values, layers):
    for weight, bias in layers[:-1]:
        values = numpy.maximum(values @ weight.T + bias, 0)
    weight, bias = layers[-1]
    return (values @ weight.T + bias)[:, 0]


def predict(model, rows):
    if model.endswith(".json"):
        with open(model, encoding="utf-8") as file:
            linear = json.load(file)
        scaled = [(rows[:, column["feature"]].astype(float) - column["mean"]) / column["scale"] * column["coefficients"][0] for column in linear["columns"]]
        return linear["intercepts"][0] + sum(scaled)
    if model.endswith(".pt"):
        saved = torch.load(model)
        state, (means, deviations, mean, deviation) = saved["learner"], saved["scales"]
        weights = [(state[name].numpy(), state[name.replace("weight", "bias")].numpy()) for name in state if name.endswith("weight")]
        return layered((rows - means.numpy()) / deviations.numpy(), weights) * deviation.item() + mean.item()
    if model.endswith(".safetensors"):
        tensors = safetensors(model)
        weights = [(tensors[f"layers.{layer}.weight"], tensors[f"layers.{layer}.bias"]) for layer in range(5)]
        values = (rows[:, tensors["columns.feature"]] - tensors["columns.mean"]) / tensors["columns.scale"]
        return layered(values, weights) * tensors["output.scale"] + tensors["output.mean"]
    if model.endswith(".pickle"):
        with open(model, "rb") as file:
            return pickle.load(file).predict(pandas.DataFrame(rows, columns=columns))
    booster = xgboost.Booster(model_file=model)
    booster.set_param({"nthread": threads})
    return booster.predict(xgboost.DMatrix(rows, feature_names=columns if booster.feature_names else None))


def ours(seed):
    output = f"{WORK}/ours"
    shutil.rmtree(output, ignore_errors=True)
    os.makedirs(output)
    variables = {
        "MODELOP_DATASET_DIR": f"{WORK}/dataset",
        "MODELOP_OUTPUT_DIR": output,
        "MODELOP_TERMINATION_LOG": "/dev/null",
        "MODELOP_TORCH_LIBRARY": "/work/torch/libmodelop-torch.so",
        "DOTNET_EnableDiagnostics": "0",
        "DOTNET_gcServer": "0",
        "DOTNET_TieredPGO": "0",
        "MODELOP_PARAM_TARGET": target,
        "MODELOP_PARAM_NTHREAD": threads,
        "MODELOP_PARAM_SEED": str(seed),
        "MODELOP_PARAM_VALIDATIONFRACTION": "0",
    } | {"MODELOP_PARAM_" + name: value for name, value in CASES[case].items()}
    whole = timed([TRAINER], variables, f"{WORK}/ours.log")
    with open(f"{output}/result.json", encoding="utf-8") as result:
        inside = json.load(result)["usage"]["wallSeconds"]
    return whole, inside, f"{output}/model/{({'linear': 'linear.json', 'network': 'network.safetensors'}).get(case, 'booster.ubj')}"


def python(seed):
    model = f"{WORK}/python.{({'linear': 'pickle', 'network': 'pt'}).get(case, 'ubj')}"
    arguments = [f"{WORK}/dataset/train/train.csv", target, case, trees, threads, str(seed), model]
    whole = timed([sys.executable, "/bench/training.d/learner.py", *arguments], {}, f"{WORK}/python.log")
    with open(f"{WORK}/python.log", encoding="utf-8") as log:
        inside = float(log.read().split("seconds=")[1].split()[0])
    return whole, inside, model


table = pandas.read_csv(data)
columns = [name for name in table.columns if name != target]
os.makedirs(f"{WORK}/dataset/train", exist_ok=True)
for number, seed in enumerate(int(argument) for argument in sys.argv[6:]):
    order = numpy.random.default_rng(seed).permutation(len(table))
    held = len(table) // 5
    test = table.iloc[order[:held]]
    table.iloc[order[held:]].to_csv(f"{WORK}/dataset/train/train.csv", index=False)
    # Who goes first alternates, so that neither always finds warmer caches.
    runs = {}
    for name, learner in [("ours", ours), ("python", python)][:: 1 if number % 2 == 0 else -1]:
        whole, inside, model = learner(seed)
        errors = predict(model, test[columns].to_numpy("float32")) - test[target].to_numpy()
        runs[name] = {"whole": whole, "inside": inside, "rmse": float(numpy.sqrt(numpy.mean(errors**2)))}
    peers = {"linear": f"scikit-learn {sklearn.__version__}", "network": f"python3-torch {torch.__version__}"}
    peer = peers.get(case, f"python3-xgboost {xgboost.__version__}")
    print(json.dumps({"seed": seed, "rows": len(table) - held, "peer": peer, **runs}), flush=True)
