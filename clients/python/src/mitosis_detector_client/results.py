"""What the service answers, as typed objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Detection:
    """A point that the model has scored, in pixels of the image."""

    x: float
    y: float
    probability: float
    """0 to 1."""
    mitosis: bool
    """Whether the probability reaches the threshold."""


@dataclass(frozen=True)
class Image:
    """The image that was searched."""

    width: int
    height: int
    mpp: float
    """Micrometers per pixel at which it was searched."""
    mpp_origin: str
    """`file`, `request` or `assumed`; if assumed, the count may be wrong."""


@dataclass(frozen=True)
class Summary:
    """Mitoses and the area in which they were counted."""

    count: int
    area_mm2: float
    per_mm2: float


@dataclass(frozen=True)
class Warning:
    """Something that a person should check before using a result."""

    code: str
    message: str


@dataclass(frozen=True)
class Field:
    """The result of a field of view."""

    image: Image
    threshold: float
    detections: tuple[Detection, ...]
    """The most probable first."""
    summary: Summary
    warnings: tuple[Warning, ...]
    truncated: bool
    """Whether there are more detections than are listed; the summary counts all mitoses."""

    @staticmethod
    def from_json(answer: Mapping[str, Any]) -> Field:
        """Reads the answer of `POST /model/detect`."""
        image, summary = answer["image"], answer["summary"]
        return Field(
            image=Image(image["width"], image["height"], image["mpp"], image["mppOrigin"]),
            threshold=answer["threshold"],
            detections=tuple(
                Detection(one["x"], one["y"], one["probability"], one["mitosis"])
                for one in answer["detections"]
            ),
            summary=Summary(summary["count"], summary["areaMm2"], summary["perMm2"]),
            warnings=tuple(Warning(one["code"], one["message"]) for one in answer["warnings"]),
            truncated=answer.get("truncated", False),
        )


@dataclass(frozen=True)
class SlideSearch:
    """A search of a slide on the service. `result` is the service's JSON."""

    id: str
    slide: str
    state: str
    """`done`, `failed` or `cancelled` at the end."""
    done: float
    """The share that is searched, 0 to 1."""
    result: Mapping[str, Any] | None
    """Summary, hotspots, score and warnings, once the state is `done`."""

    @staticmethod
    def from_json(answer: Mapping[str, Any]) -> SlideSearch:
        """Reads the answer of the routes of a search."""
        return SlideSearch(
            id=answer["id"],
            slide=answer["slide"],
            state=answer["state"],
            done=answer.get("progress", {}).get("done", 0.0),
            result=answer.get("result"),
        )
