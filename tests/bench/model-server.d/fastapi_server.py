"""The model server's second peer: the same booster behind FastAPI, tuned as such servers are: uvloop, httptools, no access log, one process a
core, one thread in libxgboost, inplace_predict, replies made without FastAPI's re-encoding."""

import json
import os
import sys
import uuid

import numpy
import uvicorn
import xgboost
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse

directory = os.environ["MODEL_DIR"]
with open(os.path.join(directory, "model.json"), encoding="utf-8") as file:
    document = json.load(file)
booster = xgboost.Booster({"nthread": 1})
booster.load_model(os.path.join(directory, document["learner"]["file"]))
booster.set_param({"nthread": 1})
features = [
    (feature["name"], {text: float(code) for code, text in enumerate(feature["categories"])} if feature["type"] == "Categorical" else None)
    for feature in document["features"]
]
app = FastAPI()


def encode(row):
    return [row[name] if codes is None else codes[row[name]] for name, codes in features]


@app.get("/ready")
async def ready():
    return PlainTextResponse("ok")


@app.post("/predict")
async def predict(request: Request):
    body = json.loads(await request.body())
    single = "features" in body
    rows = [body["features"]] if single else body["instances"]
    values = booster.inplace_predict(numpy.array([encode(row) for row in rows], dtype=numpy.float32))
    predictions = [{"id": "diamonds-1~" + uuid.uuid4().hex, "prediction": float(value)} for value in values]
    tail = {"model": "diamonds", "version": "diamonds-1"}
    return JSONResponse({**predictions[0], **tail} if single else {"predictions": predictions, **tail})


if __name__ == "__main__":
    uvicorn.run(
        "fastapi_server:app", host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]), loop="uvloop", http="httptools",
        access_log=False, log_level="warning", app_dir=os.path.dirname(os.path.abspath(__file__)))
