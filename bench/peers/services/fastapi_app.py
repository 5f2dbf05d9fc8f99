"""FastAPI: two uvicorn processes, each with two threads that decode and score."""
from contextlib import asynccontextmanager
from typing import Annotated

import anyio
import anyio.to_thread
from classifier import Classifier
from fastapi import FastAPI, File, UploadFile


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.classifier = Classifier()
    app.state.threads = anyio.CapacityLimiter(2)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/model/predict")
async def predict(image: Annotated[list[UploadFile], File()]):
    files = [await file.read() for file in image]
    return await anyio.to_thread.run_sync(
        app.state.classifier.answer, files, limiter=app.state.threads
    )
