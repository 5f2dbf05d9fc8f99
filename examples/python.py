"""Scores two patches and finds the mitoses of a field.

MITOSIS_URL is the address of the service. Needs requests.
"""

import os
import pathlib

import requests

url = os.environ.get("MITOSIS_URL", "http://localhost:5000")
samples = pathlib.Path(__file__).parent.parent / "model" / "samples"

patches = ["metaphase.png", "stroma.png"]
files = [("image", (name, (samples / name).read_bytes(), "image/png")) for name in patches]
answer = requests.post(f"{url}/model/predict", files=files, timeout=60)
if not answer.ok:
    raise SystemExit(answer.json()["message"])
for name, prediction in zip(patches, answer.json()["predictions"]):
    print(f"{name}: {prediction['probability']:.4f}")

with open(samples / "field.png", "rb") as field:
    answer = requests.post(
        f"{url}/model/detect", params={"mpp": 0.25}, files={"image": field}, timeout=600
    )
if not answer.ok:
    raise SystemExit(answer.json()["message"])
mitoses = [one for one in answer.json()["detections"] if one["mitosis"]]
print(f"field.png: {len(mitoses)} mitoses")
