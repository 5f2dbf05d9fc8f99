"""When a request is sent again."""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from .errors import MitosisError, ServiceUnavailable

RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})
"""Too many requests, not ready, stopping, or a proxy without a service behind it."""

PERMANENT_CODES = frozenset({"model_invalid", "slide_unreachable"})
"""Codes with such a status that waiting does not mend."""


@dataclass(frozen=True)
class Retry:
    """How long and how often a request is sent again. A request changes nothing on the service,
    so that it can be sent again after a connection is cut, too."""

    max_wait: float = 300.0
    """Seconds after which `ServiceUnavailable` is raised; 0 sends each request once."""
    first_delay: float = 0.5
    """Seconds before the second attempt if the service names none; doubles with every attempt."""
    max_delay: float = 30.0
    """The longest delay in seconds if the service names none."""


DEFAULT_RETRY = Retry()


@dataclass(frozen=True)
class Outcome:
    """The answer to one attempt, or the failure of the connection (status 0)."""

    status: int
    body: Any = None
    code: str = ""
    message: str = ""
    request_id: str = ""
    retry_after: float | None = None


@dataclass(frozen=True)
class Send:
    """Asks the client to send the request once."""


@dataclass(frozen=True)
class Sleep:
    """Asks the client to wait."""

    seconds: float


Step = Send | Sleep
T = TypeVar("T")
Steps = Generator[Step, Outcome | None, T]


def attempts(retry: Retry) -> Steps[Any]:
    """Sends until there is a final answer. Both clients run this, each with its own waiting.

    Returns:
        The body of the answer.

    Raises:
        ServiceUnavailable: After `retry.max_wait` seconds.
        MitosisError: The service refused the request for good.
    """
    deadline = time.monotonic() + retry.max_wait
    attempt = 0
    while True:
        outcome = yield Send()
        assert outcome is not None
        if 200 <= outcome.status < 300:
            return outcome.body
        error = (outcome.message, outcome.code, outcome.status, outcome.request_id)
        is_final = outcome.status != 0 and outcome.status not in RETRIED_STATUSES
        if is_final or outcome.code in PERMANENT_CODES:
            raise MitosisError(*error)
        delay = outcome.retry_after
        if delay is None:
            delay = min(retry.max_delay, retry.first_delay * 2**attempt)
        # Clients that were refused together must not come back together.
        delay *= 1 + random.random() / 4
        if time.monotonic() + delay > deadline:
            raise ServiceUnavailable(*error)
        yield Sleep(delay)
        attempt += 1


def parse_retry_after(value: str | None) -> float | None:
    """Reads the header `Retry-After`: seconds or a date. Returns seconds from now."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
