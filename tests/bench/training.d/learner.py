"""The peer: what a Python user writes. learner.py TRAIN.csv TARGET ROUNDS DEPTH ETA THREADS SEED MODEL"""

import sys
import time

import pandas
import xgboost

data, target, rounds, depth, eta, threads, seed, model = sys.argv[1:]
began = time.perf_counter()
table = pandas.read_csv(data)
matrix = xgboost.DMatrix(table.drop(columns=target), label=table[target], nthread=int(threads))
settings = {
    "objective": "reg:squarederror",
    "eval_metric": "rmse",
    "tree_method": "hist",
    "device": "cpu",
    "base_score": float(table[target].mean()),
    "max_depth": int(depth),
    "eta": float(eta),
    "min_child_weight": 1,
    "lambda": 1,
    "gamma": 0,
    "max_bin": 256,
    "seed": int(seed),
    "nthread": int(threads),
}
# The trainer scores its rows after every round, so this does too.
booster = xgboost.train(settings, matrix, int(rounds), evals=[(matrix, "train")], verbose_eval=max(1, int(rounds) // 20))
booster.save_model(model)
print(f"seconds={time.perf_counter() - began:.3f}")
