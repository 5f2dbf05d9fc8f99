"""MLServer: patches as base64 strings of the Open Inference Protocol, two inference processes."""
import base64

from classifier import Classifier
from mlserver import MLModel
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class Runtime(MLModel):
    async def load(self) -> bool:
        self.classifier = Classifier()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        files = [base64.b64decode(text) for text in payload.inputs[0].data]
        predictions = self.classifier.answer(files)["predictions"]
        data = [prediction["probability"] for prediction in predictions]
        output = ResponseOutput(
            name="probability", shape=[len(data), 1], datatype="FP64", data=data
        )
        return InferenceResponse(model_name=self.name, outputs=[output])
