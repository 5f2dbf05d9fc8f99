"""The client that blocks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from types import TracebackType
from typing import Any, Self

import httpx

from .errors import MitosisError
from .protocol import (
    DEFAULT_URL,
    EventReader,
    FieldProgress,
    ImageSource,
    Progress,
    Request,
    detect_request,
    failed,
    in_batches,
    name_batch,
    outcome_of,
    predict_request,
    probabilities,
)
from .results import Field, SlideSearch
from .retry import DEFAULT_RETRY, Outcome, Retry, Sleep, attempts


class Client:
    """Sends images to a service. May be used by several threads.

    Args:
        url: Address of the service.
        api_key: One of the service's API keys, where it has any.
        retry: How long and how often a refused request is sent again.
        timeout: Seconds to wait for a part of an answer; a large field takes minutes.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        api_key: str | None = None,
        retry: Retry = DEFAULT_RETRY,
        timeout: float = 600.0,
    ) -> None:
        self._retry = retry
        self._http = httpx.Client(
            base_url=url,
            headers={} if api_key is None else {"X-API-Key": api_key},
            timeout=httpx.Timeout(timeout, connect=10.0),
        )

    def predict(
        self,
        patches: Iterable[ImageSource],
        *,
        batch_size: int = 16,
        concurrency: int = 4,
        on_progress: Progress | None = None,
    ) -> list[float]:
        """Scores patches, each exactly once.

        Args:
            patches: PNG files of the size that the model takes.
            batch_size: Patches of one request, at most the service's MAX_IMAGES.
            concurrency: Requests at a time.
            on_progress: Called with the number of patches that are scored, and of all.

        Returns:
            The probability of a mitosis for each patch, 0 to 1, in their order.

        Raises:
            MitosisError: A patch was refused; the message says which. No probability is returned.
            ServiceUnavailable: The service stayed away for longer than `Retry.max_wait`.
        """
        sources = list(patches)
        batches = in_batches(sources, batch_size)
        scored: list[list[float]] = [[] for _ in batches]
        done = 0
        pool = ThreadPoolExecutor(max_workers=max(1, concurrency))
        try:
            pending = {pool.submit(self._score, batch): n for n, batch in enumerate(batches)}
            for future in as_completed(pending):
                n = pending[future]
                try:
                    scored[n] = future.result()
                except MitosisError as error:
                    raise name_batch(error, n * batch_size, len(batches[n])) from None
                done += len(scored[n])
                if on_progress is not None:
                    on_progress(done, len(sources))
        finally:
            # After an error, batches that have not begun are dropped.
            pool.shutdown(wait=False, cancel_futures=True)
        return [probability for batch in scored for probability in batch]

    def detect(
        self,
        field: ImageSource,
        *,
        mpp: float | None = None,
        threshold: float | None = None,
        suppression: float | None = None,
        tta: int | None = None,
        keep: bool | None = None,
        on_progress: FieldProgress | None = None,
    ) -> Field:
        """Finds the mitoses of a field of view.

        Args:
            field: A PNG, JPEG or TIFF file.
            mpp: Micrometers per pixel; default: what the file states.
            threshold: Lowest probability of a mitosis; default: the model's.
            suppression: Micrometers within which only the most probable detection is kept.
            tta: Orientations in which a window is scored, 1 or 8.
            keep: Whether to list points below the threshold too.
            on_progress: Called with the share that is done and the mitoses found so far.

        Raises:
            MitosisError: The field or an option was refused.
            ServiceUnavailable: The service stayed away for longer than `Retry.max_wait`.
        """
        request = detect_request(
            field,
            {
                "mpp": mpp,
                "threshold": threshold,
                "suppression": suppression,
                "tta": tta,
                "keep": keep,
            },
        )
        return Field.from_json(self._ask(request, on_progress))

    def metadata(self) -> Mapping[str, Any]:
        """Returns the service's facts about its model."""
        facts: Mapping[str, Any] = self._ask(Request("GET", "model/metadata"))
        return facts

    def slides(self) -> list[Mapping[str, Any]]:
        """Lists the slides in the service's folder."""
        slides: list[Mapping[str, Any]] = []
        params: dict[str, str] = {}
        while True:
            answer = self._ask(Request("GET", "slides", params=params))
            slides += answer["slides"]
            if "next" not in answer:
                return slides
            params = {"after": answer["next"]}

    def search_slide(
        self,
        slide: str,
        options: Mapping[str, Any] | None = None,
        *,
        on_progress: FieldProgress | None = None,
        interval: float = 1.0,
    ) -> SlideSearch:
        """Searches a slide of the service's folder and waits for the end. A search that runs or
        is done is not started again.

        Args:
            slide: The id of the slide, as `slides` lists it.
            options: Options of `POST /slides/{id}/searches`.
            on_progress: Called with the share that is done; there is no count before the end.
            interval: Seconds between two questions for the state.

        Raises:
            MitosisError: The search failed or was refused.
        """
        path = f"slides/{slide}/searches"
        answer = self._ask(Request("POST", path, json=dict(options or {})))
        while True:
            search = SlideSearch.from_json(answer)
            if on_progress is not None:
                on_progress(search.done, (search.result or {}).get("summary", {}).get("count", 0))
            if search.state == "done":
                return search
            if search.state in {"failed", "cancelled"}:
                problem = answer.get("problem", {})
                message = problem.get("message", f"The search was {search.state}.")
                raise MitosisError(message, problem.get("code", search.state))
            time.sleep(interval)
            answer = self._ask(Request("GET", f"{path}/{search.id}"))

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        thrown: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _score(self, batch: Sequence[ImageSource]) -> list[float]:
        return probabilities(self._ask(predict_request(batch)), len(batch))

    def _ask(self, request: Request, on_progress: FieldProgress | None = None) -> Any:
        """Sends a request until it has a final answer, and returns the body."""
        steps = attempts(self._retry)
        outcome: Outcome | None = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                return end.value
            if isinstance(step, Sleep):
                time.sleep(step.seconds)
                outcome = None
            else:
                outcome = self._send(request, on_progress)

    def _send(self, request: Request, on_progress: FieldProgress | None) -> Outcome:
        built = self._http.build_request(**request.arguments(on_progress is not None))
        try:
            response = self._http.send(built, stream=True)
            try:
                if "text/event-stream" not in response.headers.get("content-type", ""):
                    response.read()
                    return outcome_of(response)
                events = EventReader(on_progress)
                for line in response.iter_lines():
                    events.feed(line)
                return events.outcome or Outcome(status=0, message="The events ended too early.")
            finally:
                response.close()
        except httpx.TransportError as thrown:
            return failed(thrown, str(built.url))
