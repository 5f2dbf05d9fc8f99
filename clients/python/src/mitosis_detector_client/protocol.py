"""Requests and answers of the service, without sending them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from .errors import MitosisError
from .retry import Outcome, parse_retry_after

ImageSource = str | os.PathLike[str] | bytes
"""A path, or the bytes of a file."""

Progress = Callable[[int, int], None]
"""Called with the number of patches that are scored, and of all."""

FieldProgress = Callable[[float, int], None]
"""Called with the share that is done, 0 to 1, and the mitoses found so far."""

DEFAULT_URL = "http://localhost:5000"

MEDIA_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True)
class Request:
    """A request that can be sent again."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    images: Sequence[tuple[str, bytes]] = ()
    json: Any = None

    def arguments(self, events: bool = False) -> dict[str, Any]:
        """Returns the arguments of `httpx.Client.build_request`."""
        arguments: dict[str, Any] = {
            "method": self.method,
            "url": self.path,
            "params": dict(self.params),
            "headers": {"accept": "text/event-stream" if events else "application/json"},
        }
        if self.images:
            arguments["files"] = [
                ("image", (name, data, media_type(data))) for name, data in self.images
            ]
        if self.json is not None:
            arguments["json"] = self.json
        return arguments


def media_type(data: bytes) -> str:
    """Returns the media type of an image by its first bytes."""
    return next(
        (kind for start, kind in MEDIA_TYPES.items() if data.startswith(start)), "image/tiff"
    )


def read_image(source: ImageSource) -> tuple[str, bytes]:
    """Returns the name and the bytes of an image."""
    if isinstance(source, bytes):
        return "image", source
    path = Path(source)
    return path.name, path.read_bytes()


def predict_request(sources: Sequence[ImageSource]) -> Request:
    """Makes the request that scores some patches."""
    return Request("POST", "model/predict", images=[read_image(one) for one in sources])


def detect_request(source: ImageSource, options: Mapping[str, Any]) -> Request:
    """Makes the request that searches a field. Leaves out options that are None."""
    params = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in options.items()
        if value is not None
    }
    return Request("POST", "model/detect", params=params, images=[read_image(source)])


def probabilities(body: Mapping[str, Any], count: int) -> list[float]:
    """Reads the probabilities of `count` patches.

    Raises:
        MitosisError: The answer has another number of them.
    """
    found = [float(one["probability"]) for one in body["predictions"]]
    if len(found) != count:
        raise MitosisError(f"The service answered {len(found)} predictions for {count} patches.")
    return found


def in_batches(sources: Sequence[ImageSource], size: int) -> list[Sequence[ImageSource]]:
    """Cuts a list into parts of at most `size`."""
    if size < 1:
        raise ValueError(f"batch_size is {size}; it must be at least 1.")
    return [sources[at : at + size] for at in range(0, len(sources), size)]


def name_batch(error: MitosisError, first: int, count: int) -> MitosisError:
    """Adds to a message which patches were in the refused request, counted from 0."""
    error.args = (f"{error} (patches {first} to {first + count - 1})",)
    return error


def outcome_of(response: httpx.Response) -> Outcome:
    """Reads an answer whose body has arrived."""
    try:
        body = response.json()
    except ValueError:
        body = None
    facts = body if isinstance(body, dict) else {}
    message = facts.get("message") or facts.get("detail")
    return Outcome(
        status=response.status_code,
        body=body,
        code=str(facts.get("code", "")),
        message=str(message or f"The service answered with status {response.status_code}."),
        request_id=str(facts.get("requestId", response.headers.get("x-request-id", ""))),
        retry_after=parse_retry_after(response.headers.get("retry-after")),
    )


def failed(thrown: httpx.TransportError, url: str) -> Outcome:
    """Describes a connection that failed."""
    return Outcome(status=0, message=f"{url} cannot be reached: {thrown or type(thrown).__name__}.")


class EventReader:
    """Reads server-sent events line by line."""

    def __init__(self, on_progress: FieldProgress | None) -> None:
        self.outcome: Outcome | None = None
        self._on_progress = on_progress
        self._event = ""
        self._data: list[str] = []

    def feed(self, line: str) -> None:
        """Reads one line, without its end."""
        if line.startswith("event:"):
            self._event = line[6:].strip()
        elif line.startswith("data:"):
            self._data.append(line[5:].removeprefix(" "))
        elif line == "" and self._data:
            self._dispatch(json.loads("\n".join(self._data)))
            self._event, self._data = "", []

    def _dispatch(self, data: Any) -> None:
        if self._event == "progress" and self._on_progress is not None:
            self._on_progress(float(data["done"]), int(data["count"]))
        elif self._event == "result":
            self.outcome = Outcome(status=200, body=data)
        elif self._event == "error":
            # The status went out before the search, so the code says whether to come back.
            is_passing = data["code"] in {"overloaded", "not_ready", "stopping"}
            self.outcome = Outcome(
                status=503 if is_passing else 422,
                code=data["code"],
                message=data["message"],
                request_id=data.get("requestId", ""),
                retry_after=data.get("retryAfterSeconds"),
            )
