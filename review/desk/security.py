"""Nothing but the desk's own pages and stylesheet may load: no inline script or style anywhere."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"


def add_content_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        # Pages carry personal data: no cache keeps them.
        response["Cache-Control"] = "no-store"
        return response

    return respond
