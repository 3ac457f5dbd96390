"""What Prometheus reads: requests and their seconds, sessions, and how busy the server is."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.responses import Response

__all__ = ["Metrics"]

# Seconds: from a question that is answered at once to one for which the page has given up.
_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Metrics:
    """The counters of one server."""

    def __init__(self, sessions: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "afgqa_requests", "Requests by route and status", ("route", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "afgqa_request_seconds", "Seconds of a request that is no stream", ("route",),
            registry=self._registry, buckets=_SECONDS,
        )  # fmt: skip
        self._open = Gauge(
            "afgqa_open_requests", "Requests that are being answered", registry=self._registry
        )
        Gauge("afgqa_sessions", "Sessions that are kept", registry=self._registry).set_function(
            sessions
        )

    def began(self) -> None:
        """A request came."""
        self._open.inc()

    def ended(self, route: str, status: int, seconds: float | None) -> None:
        """A request was answered; `seconds` is None for a stream."""
        self._open.dec()
        self._requests.labels(route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    def response(self) -> Response:
        """All counters in the text format of Prometheus."""
        return Response(
            generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
