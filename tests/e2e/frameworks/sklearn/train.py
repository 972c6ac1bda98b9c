"""Ridge regression of diamond prices, as one would write it for any place that gives folders and parameters by environment."""
import csv
import glob
import json
import os

import joblib
import numpy
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

columns = ["carat", "depth", "table", "x", "y", "z"]
(path,) = glob.glob(os.path.join(os.environ["MODELOP_DATASET_DIR"], "*", "*.csv")) or glob.glob(os.path.join(os.environ["MODELOP_DATASET_DIR"], "*.csv"))
with open(path, newline="") as lines:
    rows = list(csv.DictReader(lines))
features = numpy.array([[float(row[name]) for name in columns] for row in rows])
prices = numpy.array([float(row["price"]) for row in rows])
train_x, test_x, train_y, test_y = train_test_split(features, prices, test_size=0.2, random_state=7)
model = Ridge(alpha=float(os.environ.get("MODELOP_PARAM_ALPHA", "1"))).fit(train_x, train_y)
rmse = float(numpy.sqrt(numpy.mean((model.predict(test_x) - test_y) ** 2)))
print(f"validation_rmse={rmse}")

output = os.environ["MODELOP_OUTPUT_DIR"]
joblib.dump(model, os.path.join(output, "model.joblib"))
with open(os.path.join(output, "result.json"), "w") as result:
    json.dump({"schema": 1, "model": {"path": "model.joblib", "format": "sklearn-joblib"}, "metrics": {"validation_rmse": rmse},
               "samples": len(train_x), "device": "cpu"}, result)
