"""Metrics for Prometheus: who reads now, and what was counted since the start."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator

from flask import Response, request
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from werkzeug.http import parse_list_header

from chatterpy.addresses import is_loopback
from chatterpy.live.frames import STANDARD
from chatterpy.live.page import OpenPage
from chatterpy.meters import Histogram
from chatterpy.web.parts import Parts, blueprint, parts

#: What a proxy says of itself and of who asked it.
_FORWARDED = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)

#: Where ProxyFix keeps what it replaced.
_FIXED = "werkzeug.proxy_fix.orig"

_REFUSED = (
    "Metrics are told to this machine, and to who sends CHATTERPY_METRICS_TOKEN as a bearer token."
)

_NOT_KEPT = {"Cache-Control": "no-store"}


@blueprint.get("/metrics")
def metrics() -> Response:
    if not (_has_token() or _is_local()):
        return Response(f"{_REFUSED}\n", 403, mimetype="text/plain", headers=_NOT_KEPT)
    # Made for each answer, since all numbers are kept elsewhere.
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Numbers(parts()))
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=kind, headers=_NOT_KEPT)


@blueprint.after_app_request
def count_refusal(answer: Response) -> Response:
    if answer.status_code >= 400 and request.blueprint in (None, blueprint.name):
        parts().meters.refusals[answer.status_code] += 1
    return answer


class Numbers(Collector):
    """Translates the numbers of one application into Prometheus' terms, at the time it is asked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        hub, meters = self._parts.hub, self._parts.meters
        pages = [reader for reader in hub.readers if isinstance(reader, OpenPage)]
        yield _gauge("connections", "WebSockets that are open.", len(pages))
        yield _gauge(
            "streams", "Pages without JavaScript that are open.", len(hub.readers) - len(pages)
        )
        yield _gauge("rooms_read", "Rooms that somebody reads.", len(hub.rooms()))
        yield _gauge("people_here", "People who are in a room.", self._parts.presence.count())
        yield _gauge(
            "outbox_bytes",
            "Bytes that wait for all readers together.",
            self._parts.backlog.size,
        )
        yield _counter("messages", "Messages that were stored.", meters.messages)
        yield _counter(
            "deliveries", "Batches of changes that were handed to readers.", meters.deliveries
        )
        yield _histogram("commit_seconds", "How long a commit took.", meters.commit_s)
        yield _histogram("commit_writes", "How many writes shared a commit.", meters.commit_writes)
        yield _histogram("render_seconds", "How long a frame took to render.", meters.render_s)
        yield _by(
            "closes",
            "WebSockets that ended, by close code; 1006: without one.",
            "code",
            ((str(code) if code in STANDARD else "other", n) for code, n in meters.closes.items()),
        )
        yield _by(
            "refused_requests",
            "Requests that were refused, by status.",
            "status",
            ((str(status), n) for status, n in meters.refusals.items()),
        )
        yield _by(
            "refused_connections",
            "Connections and open pages that were one too many, in all or from one address.",
            "why",
            meters.turned_away.items(),
        )


def _has_token() -> bool:
    token, given = parts().settings.metrics_token, request.authorization
    if not token or given is None or given.type != "bearer" or not given.token:
        return False
    return hmac.compare_digest(given.token.encode(), token.encode())


def _is_local() -> bool:
    """Whether a program of this machine asks, for itself.

    Behind a proxy on the same machine everybody's requests come from loopback: it counts only
    where no proxy has had a hand in it, or where ProxyFix has put the client's address in place.
    ProxyFix leaves the proxy's own there when fewer addresses are told than it was to trust.
    """
    if not is_loopback(request.remote_addr):
        return False
    if not any(name in request.headers for name in _FORWARDED):
        return True
    told = len(parse_list_header(request.headers.get("X-Forwarded-For", "")))
    return _FIXED in request.environ and 0 < parts().settings.proxy_hops <= told


def _gauge(name: str, sentence: str, value: float) -> Metric:
    return GaugeMetricFamily(f"chatterpy_{name}", sentence, value=value)


def _counter(name: str, sentence: str, value: float) -> Metric:
    return CounterMetricFamily(f"chatterpy_{name}", sentence, value=value)


def _histogram(name: str, sentence: str, meter: Histogram) -> Metric:
    buckets = [
        (floatToGoString(bound), float(count))  # type: ignore[no-untyped-call]
        for bound, count in meter.buckets()
    ]
    return HistogramMetricFamily(f"chatterpy_{name}", sentence, buckets, meter.total)


def _by(name: str, sentence: str, label: str, counts: Iterable[tuple[str, int]]) -> Metric:
    """A counter for each value of a label; equal ones are added up."""
    sums: Counter[str] = Counter()
    for value, count in counts:
        sums[value] += count
    family = CounterMetricFamily(f"chatterpy_{name}", sentence, labels=[label])
    for value, count in sorted(sums.items()):
        family.add_metric([value], count)
    return family
