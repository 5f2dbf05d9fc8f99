"""Tests of the clients against the service at MITOSIS_URL, whose key is MITOSIS_KEY."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from mitosis_detector_client import (
    AsyncClient,
    Client,
    MitosisError,
    Retry,
    ServiceUnavailable,
)
from mitosis_detector_client.retry import parse_retry_after

URL = os.environ["MITOSIS_URL"]
KEY = os.environ["MITOSIS_KEY"]
SAMPLES = Path(os.environ["MITOSIS_SAMPLES"])
PATCHES = [SAMPLES / f"{name}.png" for name in ("metaphase", "stroma", "anaphase", "interphase")]


def check_probabilities(found: list[float]) -> None:
    """The samples are drawings of two mitoses and of two other nuclei."""
    mitoses = [probability > 0.9 for probability in found]
    assert mitoses == [True, False, True, False]


def test_patches_are_scored_in_their_order_with_progress() -> None:
    steps: list[tuple[int, int]] = []
    with Client(URL, api_key=KEY) as client:
        found = client.predict(
            PATCHES, batch_size=1, on_progress=lambda done, count: steps.append((done, count))
        )
        from_bytes = client.predict([path.read_bytes() for path in PATCHES])
        assert client.predict([]) == []
    check_probabilities(found)
    assert from_bytes == pytest.approx(found, abs=1e-6)
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_field_gives_the_same_with_progress_and_without() -> None:
    shares: list[float] = []
    with Client(URL, api_key=KEY) as client:
        silent = client.detect(SAMPLES / "field.png", mpp=0.25)
        told = client.detect(
            SAMPLES / "field.png", mpp=0.25, on_progress=lambda done, count: shares.append(done)
        )
        assert client.metadata()["mpp"] == 0.25
    assert silent == told
    assert silent.summary.count == len(silent.detections) > 1
    assert silent.image.mpp_origin == "request"
    assert shares and shares == sorted(shares) and 0 < shares[-1] <= 1


def test_the_async_client_gives_the_same() -> None:
    async def ask() -> None:
        shares: list[float] = []
        async with AsyncClient(URL, api_key=KEY) as client:
            check_probabilities(await client.predict(PATCHES, batch_size=2))
            field = await client.detect(
                SAMPLES / "field.png", mpp=0.25, on_progress=lambda done, count: shares.append(done)
            )
        with Client(URL, api_key=KEY) as client_that_blocks:
            assert field == client_that_blocks.detect(SAMPLES / "field.png", mpp=0.25)
        assert shares

    asyncio.run(ask())


def test_a_refused_patch_raises_the_services_message_and_names_the_batch() -> None:
    with Client(URL, api_key=KEY) as client:
        with pytest.raises(MitosisError, match=r"size \(64, 64\).*patches 2 to 3") as refused:
            client.predict([*PATCHES[:3], SAMPLES / "field.png"], batch_size=2)
        assert (refused.value.code, refused.value.status) == ("image_wrong_size", 400)
        assert refused.value.request_id
        with pytest.raises(MitosisError) as refused:
            client.detect(SAMPLES / "field.png", threshold=2, on_progress=lambda done, count: None)
        assert refused.value.code == "request_invalid"
    with Client(URL, api_key="wrong") as client, pytest.raises(MitosisError) as refused:
        client.predict(PATCHES)
    assert refused.value.code == "key_unknown"


def test_an_absent_service_is_given_up_after_the_time_allowed() -> None:
    begun = time.monotonic()
    retry = Retry(max_wait=1, first_delay=0.1)
    absent = Client("http://127.0.0.1:9", retry=retry)
    with absent, pytest.raises(ServiceUnavailable, match="cannot be reached"):
        absent.predict(PATCHES)
    assert time.monotonic() - begun < 10


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    assert parse_retry_after("3") == 3
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert parse_retry_after(None) is None
    assert parse_retry_after("soon") is None
