"""Drafts: what the composer tells of a text that is not sent yet."""

from __future__ import annotations

from flask import Response, request

from chatterpy.errors import Refused, StoreUnavailable
from chatterpy.web import identity
from chatterpy.web.answers import refused, told
from chatterpy.web.parts import blueprint, parts


@blueprint.post("/rooms/<slug>/draft", endpoint="draft")
def keep(slug: str) -> Response:
    """Keeps a draft with its person; one who has no cookie is nobody to keep it with."""
    typed, nonce = request.form.get("text", ""), request.form.get("nonce")
    if identity.known():
        try:
            parts().chat.keep_draft(identity.actor(), slug, typed, nonce)
        except (Refused, StoreUnavailable) as error:
            return refused("#why", told(error.sentence))
    return Response(status=204)
