"""BentoML: two workers of two threads."""
from pathlib import Path

import bentoml
from classifier import Classifier


@bentoml.service(workers=2, threads=2, logging={"access": {"enabled": False}})
class Predict:
    def __init__(self) -> None:
        self.classifier = Classifier()

    @bentoml.api(route="/model/predict")
    def predict(self, image: list[Path]) -> dict:
        return self.classifier.answer([path.read_bytes() for path in image])
