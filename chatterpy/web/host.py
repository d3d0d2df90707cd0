"""The host: what every request needs of the server it runs on, and how much it may bring."""

from __future__ import annotations

from io import BytesIO

from flask import request
from gevent import monkey
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable

from chatterpy.sentences import Sentence
from chatterpy.web.parts import blueprint, parts

NEEDS_GEVENT = Sentence(
    "ChatterPy needs a host that runs on gevent: start it with `chatterpy run`, "
    "`python wsgi.py`, or `gunicorn -k gevent wsgi:app`."
)


@blueprint.before_request
def check_host() -> None:
    """Refuses hosts on which one open socket would hold up everybody else."""
    # A test client names no server.
    if request.environ.get("SERVER_SOFTWARE") and not monkey.is_module_patched("socket"):
        raise ServiceUnavailable(NEEDS_GEVENT)


@blueprint.before_request
def bound_body() -> None:
    """Bounds what a request may bring, whatever the host allows elsewhere."""
    most = parts().settings.request_max
    request.max_content_length = most
    request.max_form_memory_size = most
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "")
    if request.method == "POST" and request.content_length is None and chunked:
        # Werkzeug would cut it at the bound, and half of a message would be stored.
        body = request.environ["wsgi.input"].read(most + 1)
        if len(body) > most:
            raise RequestEntityTooLarge
        request.environ["wsgi.input"] = BytesIO(body)
        request.environ["CONTENT_LENGTH"] = str(len(body))
