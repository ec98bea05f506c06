"""POST /hooks/mail/: what a mail provider reports, signed with a shared key (SPEC D2)."""

import hashlib
import hmac
import json
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from invoicing_site import clock
from invoicing_site.actions.mail_bounces import mark_bounced, mark_delivered, newest_to
from invoicing_site.errors import BusinessError
from invoicing_site.rules.mail import mail_of_message_id
from invoicing_site.web import public

MOST = 64 * 1024  # bytes


@csrf_exempt
@public(methods=("POST",))
def reported(request: HttpRequest) -> HttpResponse:
    """`X-Mail-Signature: sha256=<hex HMAC of the body>`; the body names message_id or recipient, event and permanent.

    Bounces and complaints mark the mail, "delivered" settles an uncertain one. 204, also for a repeat and for a mail that is
    not ours; 400 for what cannot be read, 403 for a wrong signature, 404 while no key is set.
    """
    key = settings.MAIL_WEBHOOK_SECRET
    if not key:
        raise Http404
    body = request.read(MOST + 1)
    if len(body) > MOST:
        return HttpResponse(status=413)
    given = request.headers.get("X-Mail-Signature", "").removeprefix("sha256=")
    due = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given.encode(), due.encode()):
        return HttpResponse(status=403)
    told = _read(body)
    if told is None:
        return HttpResponse(status=400)
    mail = _mail(told)
    try:
        if mail is not None:
            _act(mail, told)
    except BusinessError as error:
        # A mail still being sent: the provider tries again, its next attempt finds the mail's end written.
        return HttpResponse(status=503 if error.code == "mail.not_sent" else 204)
    return HttpResponse(status=204)


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("event") not in ("bounced", "complained", "delivered"):
        return None
    named = [told.get("message_id"), told.get("recipient")]
    return told if any(isinstance(name, str) and name for name in named) else None


def _mail(told: dict[str, Any]) -> uuid.UUID | None:
    if isinstance(told.get("message_id"), str):
        text = told["message_id"].strip()
        return mail_of_message_id(text if text.startswith("<") else f"<{text}>")
    row = newest_to(told["recipient"])
    return row.uuid if row else None


def _act(mail: uuid.UUID, told: dict[str, Any]) -> None:
    at, event = clock.now(), told["event"]
    if event == "delivered":
        mark_delivered(mail=mail, actor=None, at=at)
        return
    said = told.get("reason") if isinstance(told.get("reason"), str) else ""
    hard = event == "complained" or told.get("permanent") is True
    mark_bounced(mail=mail, hard=hard, said=said or event, actor=None, at=at)
