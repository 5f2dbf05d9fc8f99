"""Client of the Mitosis Detector service.

For research use only. Not for diagnostic use.
"""

from .async_client import AsyncClient
from .client import Client
from .errors import MitosisError, ServiceUnavailable
from .results import Detection, Field, Image, SlideSearch, Summary, Warning
from .retry import Retry

__all__ = [
    "AsyncClient",
    "Client",
    "Detection",
    "Field",
    "Image",
    "MitosisError",
    "Retry",
    "ServiceUnavailable",
    "SlideSearch",
    "Summary",
    "Warning",
]
