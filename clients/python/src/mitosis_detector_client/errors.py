"""The errors that the clients raise."""

from __future__ import annotations


class MitosisError(Exception):
    """The service refused a request.

    Attributes:
        code: The service's code, such as `image_wrong_size`; empty if the answer has none.
        status: The HTTP status.
        request_id: The id under which the service's log has the request; may be empty.
    """

    def __init__(self, message: str, code: str = "", status: int = 0, request_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.request_id = request_id


class ServiceUnavailable(MitosisError):
    """The service did not accept a request within `Retry.max_wait` seconds."""
