"""The peer: what a Python user writes. learner.py TRAIN.csv TARGET CASE TREES THREADS SEED MODEL (of a network epochs instead of trees)"""

import pickle
import sys
import time

import pandas

data, target, case, trees, threads, seed, model = sys.argv[1:]
if case == "linear":
    from sklearn.linear_model import LinearRegression
elif case == "network":
    import torch
else:
    import xgboost
began = time.perf_counter()
table = pandas.read_csv(data)
rows, truth = table.drop(columns=target), table[target]


def boost(**shape):
    matrix = xgboost.DMatrix(rows, label=truth, nthread=int(threads))
    settings = {
        "objective": "reg:squarederror",
        "eval_metric": "rmse",
        "tree_method": "hist",
        "device": "cpu",
        "base_score": float(truth.mean()),
        "eta": 0.1,
        "min_child_weight": 1,
        "lambda": 1,
        "gamma": 0,
        "max_bin": 256,
        "seed": int(seed),
        "nthread": int(threads),
    }
    # The trainer scores its rows after every round, so this does too.
    booster = xgboost.train(settings | shape, matrix, int(trees), evals=[(matrix, "train")], verbose_eval=max(1, int(trees) // 20))
    booster.save_model(model)


def forest():
    learner = xgboost.XGBRFRegressor(
        n_estimators=int(trees), max_depth=12, subsample=0.8, colsample_bynode=0.8, reg_lambda=1e-5, min_child_weight=1, max_bin=256,
        tree_method="hist", base_score=float(truth.mean()), random_state=int(seed), n_jobs=int(threads),
    )
    learner.fit(rows, truth)
    # The trainer scores the rows that it learned from.
    print(((learner.predict(rows) - truth) ** 2).mean() ** 0.5)
    learner.save_model(model)


def linear():
    learner = LinearRegression(n_jobs=int(threads)).fit(rows, truth)
    print(((learner.predict(rows) - truth) ** 2).mean() ** 0.5)
    with open(model, "wb") as file:
        pickle.dump(learner, file)


def network():
    torch.set_num_threads(int(threads))
    torch.manual_seed(int(seed))
    inputs, wanted = torch.tensor(rows.to_numpy("float32")), torch.tensor(truth.to_numpy("float32"))
    scales = inputs.mean(0), inputs.std(0, unbiased=False), wanted.mean(), wanted.std(unbiased=False)
    inputs, wanted = (inputs - scales[0]) / scales[1], (wanted - scales[2]) / scales[3]
    widths = [inputs.shape[1], 512, 256, 128, 64]
    layers = [part for size in zip(widths, widths[1:]) for part in (torch.nn.Linear(*size), torch.nn.ReLU())]
    learner = torch.nn.Sequential(*layers, torch.nn.Linear(64, 1))
    optimizer = torch.optim.AdamW(learner.parameters(), lr=0.001, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, int(trees))
    for epoch in range(int(trees)):
        loss_sum = 0.0
        for batch in torch.randperm(len(inputs)).split(2048):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(learner(inputs[batch]).squeeze(1), wanted[batch])
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(batch)
        schedule.step()
        if epoch % max(1, int(trees) // 20) == 0:
            print(epoch, loss_sum / len(inputs))
    learner.eval()
    # The trainer scores the rows that it learned from.
    with torch.no_grad():
        print(torch.nn.functional.mse_loss(learner(inputs).squeeze(1), wanted).item() ** 0.5)
    torch.save({"learner": learner.state_dict(), "scales": scales}, model)


if case == "depth-wise":
    boost(max_depth=6)
elif case == "deep":
    boost(max_depth=12, eta=0.01)
elif case == "leaf-wise":
    boost(grow_policy="lossguide", max_leaves=63, max_depth=0)
elif case == "forest":
    forest()
elif case == "network":
    network()
else:
    linear()
print(f"seconds={time.perf_counter() - began:.3f}")
