"""Linear regression of diamond prices, data-parallel over every process that torchrun or the environment names.

Saves a checkpoint after each epoch and goes on from the last one; gives way on SIGTERM. All that it knows of its surroundings are
variables: MASTER_ADDR and its kin by torch.distributed, the folders of the trainer contract, and where Kubeflow Trainer takes progress.
"""
import csv
import glob
import itertools
import json
import os
import signal
import ssl
import sys
import time
import urllib.request
from datetime import datetime, timezone

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

terminated = False


def terminate(*_):
    global terminated
    terminated = True


def read(folder):
    (path,) = glob.glob(os.path.join(folder, "*", "*.csv")) or glob.glob(os.path.join(folder, "*.csv"))
    with open(path, newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = ["carat", "depth", "table", "x", "y", "z"]
    features = torch.tensor([[float(row[name]) for name in columns] for row in rows])
    features = (features - features.mean(0)) / features.std(0)
    return features, torch.tensor([[float(row["price"]) / 1000] for row in rows])


def save(model, epoch, folder):
    place = os.path.join(folder, f"step-{epoch}")
    os.makedirs(place, exist_ok=True)
    torch.save(model.module.state_dict(), os.path.join(place, "model.pt"))
    # Last: a checkpoint without it is half written.
    open(os.path.join(place, "COMPLETE"), "w").close()
    print(f"checkpoint step-{epoch}", flush=True)


reported = float("-inf")


def report(percentage, remaining, metrics):
    """Tells Kubeflow Trainer's status endpoint, where there is one, at most every five seconds; training never fails by it."""
    global reported
    url = os.environ.get("KUBEFLOW_TRAINER_SERVER_URL")
    if not url or time.monotonic() < reported + 5:
        return
    status = {"progressPercentage": percentage, "estimatedRemainingSeconds": remaining, "lastUpdatedTime": datetime.now(timezone.utc).isoformat(),
              "metrics": [{"name": name, "value": str(value)} for name, value in metrics.items()]}
    # Twice: one of several servers may answer that another is the one to ask.
    for _ in range(2):
        try:
            with open(os.environ["KUBEFLOW_TRAINER_SERVER_TOKEN"]) as file:
                token = file.read().strip()
            authority = os.environ.get("KUBEFLOW_TRAINER_SERVER_CA_CERT")
            request = urllib.request.Request(url, data=json.dumps({"trainerStatus": status}).encode(), method="POST",
                                             headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=8, context=ssl.create_default_context(cafile=authority) if authority else None).close()
            reported = time.monotonic()
            return
        except OSError as failure:
            print(f"status was not taken: {failure}", flush=True)


def main():
    signal.signal(signal.SIGTERM, terminate)
    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    print(f"rank {rank} of {world}", flush=True)
    torch.manual_seed(7)
    features, prices = read(os.environ["MODELOP_DATASET_DIR"])
    held = len(features) // 5
    own = slice(held + rank, None, world)
    model = DistributedDataParallel(torch.nn.Linear(features.shape[1], 1))
    epochs = int(os.environ.get("MODELOP_PARAM_EPOCHS", "5"))
    wait = float(os.environ.get("MODELOP_PARAM_WAIT", "0"))
    checkpoints = os.environ.get("MODELOP_CHECKPOINT_DIR", "")
    first = 0
    if resume := os.environ.get("MODELOP_RESUME_FROM", ""):
        # The path exists when there is a complete checkpoint.
        if os.path.exists(resume):
            model.module.load_state_dict(torch.load(os.path.join(resume, "model.pt")))
            first = int(os.path.basename(os.path.realpath(resume)).split("-")[1]) + 1
    print(f"first_epoch={first}", flush=True)
    # With a wish to stay it works on until it is told to stop, however long that takes, and ends only when it has gone on from a checkpoint.
    stays = os.environ.get("MODELOP_PARAM_STAY", "0") == "1" and first == 0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for epoch in itertools.count(first) if stays else range(first, max(epochs, first + 1)):
        began = time.monotonic()
        for begin in range(0, len(features[own]), 4096):
            x, y = features[own][begin:begin + 4096], prices[own][begin:begin + 4096]
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
        time.sleep(wait)
        # All ranks stop after the same epoch, or the others would wait for ever.
        stop = torch.tensor([1.0 if terminated else 0.0])
        dist.all_reduce(stop, op=dist.ReduceOp.MAX)
        if checkpoints and rank == 0:
            save(model, epoch, checkpoints)
        if rank == 0:
            left = max(epochs - epoch - 1, 1 if stays else 0)
            report(min(100 * (epoch + 1) // epochs, 99 if stays else 100), int(left * (time.monotonic() - began)), {"train_loss": loss.item()})
        if stop.item() > 0:
            print("yielded", flush=True)
            sys.exit(75)

    if rank == 0:
        with torch.no_grad():
            rmse = 1000 * torch.sqrt(torch.nn.functional.mse_loss(model(features[:held]), prices[:held])).item()
        output = os.environ["MODELOP_OUTPUT_DIR"]
        torch.save(model.module.state_dict(), os.path.join(output, "model.pt"))
        with open(os.path.join(output, "result.json"), "w") as result:
            json.dump({"schema": 1, "model": {"path": "model.pt", "format": "torch-state-dict"},
                       "metrics": {"validation_rmse": rmse, "world_size": world, "first_epoch": first},
                       "samples": len(features) - held, "device": "cpu"}, result)
        print(f"validation_rmse={rmse}", flush=True)
    dist.barrier()
    dist.destroy_process_group()


main()
