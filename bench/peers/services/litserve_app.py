"""LitServe: two workers, without its own batching, which waits for requests to arrive."""
import sys

import litserve
from classifier import Classifier
from fastapi import Request


class Api(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self.classifier = Classifier()

    async def _read(self, request: Request) -> list[bytes]:
        form = await request.form()
        return [await file.read() for file in form.getlist("image")]

    def decode_request(self, request):
        files = request.getlist("image")
        return [file.file.read() for file in files]

    def predict(self, files: list[bytes]) -> dict:
        return self.classifier.answer(files)

    def encode_response(self, answer: dict) -> dict:
        return answer


if __name__ == "__main__":
    api = Api(api_path="/model/predict")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=2)
    server.run(port=int(sys.argv[1]), host="127.0.0.1", log_level="warning", generate_client_file=False)
