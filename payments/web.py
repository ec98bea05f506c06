"""The door for payment providers: `webhook` (DESIGN §2). A provider proves itself by the signature on its raw bytes."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from invoicing_site.web import guarded_by
from payments.models import GatewayAccount

LARGEST = 256 * 1024  # bytes; Stripe's messages are a few kilobytes


class WebhookRequest(HttpRequest):
    """What `webhook` hands to a view."""

    gateway_account: GatewayAccount


def webhook(view: Callable[[Any], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """POST at an address that names a gateway account, archived ones included: what they began still ends.

    An address we never gave is 404, a body larger than LARGEST 413. No session, no cookie and no CSRF token take part.
    """

    def run(request: HttpRequest, *args: Any, account: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        found = GatewayAccount.objects.select_related("company").filter(uuid=account).first()
        if found is None:
            return HttpResponse(status=404)
        length = request.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            return HttpResponse(status=413 if length.isdigit() else 411)
        request.gateway_account = found  # type: ignore[attr-defined]
        return view(request)

    return csrf_exempt(guarded_by(view, run, "webhook", None, ("POST",)))
