"""Scores all patches of a folder, again and again, while the service is overloaded and restarts.

Prints a line of JSON for each step, and at the end the probabilities and the answers by status.

    python overload.py FOLDER ROUNDS BATCH CONCURRENCY
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from pathlib import Path

from mitosis_detector_client import Client, Retry
from mitosis_detector_client.protocol import FieldProgress, Request
from mitosis_detector_client.retry import Outcome

answers: Counter[int] = Counter()
lock = threading.Lock()


class CountingClient(Client):
    """A client that counts its answers by status."""

    def _send(self, request: Request, on_progress: FieldProgress | None) -> Outcome:
        outcome = super()._send(request, on_progress)
        with lock:
            answers[outcome.status] += 1
        return outcome


folder, rounds, batch, concurrency = sys.argv[1:]
patches = sorted(Path(folder).glob("*.png")) * int(rounds)
with CountingClient(os.environ["MITOSIS_URL"], retry=Retry(max_wait=240)) as client:
    found = client.predict(
        patches,
        batch_size=int(batch),
        concurrency=int(concurrency),
        on_progress=lambda done, count: print(
            json.dumps({"done": done, "count": count}), flush=True
        ),
    )
print(json.dumps({"probabilities": found, "answers": answers}))
