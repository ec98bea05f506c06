"""Money forms act once: the form carries a key, and the first POST's answer is every later one's (docs/adr/0006)."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from invoicing_site import clock
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, Idempotency, User

if TYPE_CHECKING:
    from invoicing_site.web import OfficeRequest

FIELD = "form_key"
IGNORED = {FIELD, "csrfmiddlewaretoken"}


def once(
    request: "OfficeRequest", work: Callable[[], str], *, at: datetime | None = None, reason: str = ""
) -> HttpResponse:
    """Do `work` for the POST at hand unless its `{% form_key %}` was used before; redirect to the URL it returned.

    `at` is the instant `work` gives its verbs, so that history and events name one moment; now, if it has none.
    `reason` is the one it gives them: history reads it from the outermost act, which is this one.

    The same key with the same content gets the first answer, also while the first is still running (the second waits
    on the unique index); with other content, or from another person, a 409 page. Key and work are one transaction: a
    BusinessError leaves the key free, so the corrected form may be sent under it. Raises BusinessError("form.no_key")
    when the page lost its key.
    """
    key = key_of(request)
    if not key:
        raise BusinessError("form.no_key")
    digest = content(request)
    location = _first(
        company=request.company,
        key=key,
        request_hash=digest,
        work=work,
        actor=request.actor,
        at=at or clock.now(),
        reason=reason,
    )
    if location is None:
        earlier = Idempotency.objects.for_company(request.company).get(key=key)
        if (earlier.request_hash, earlier.user_id) != (digest, request.actor.pk):
            return render(request, "site/conflict.html", {"location": earlier.location}, status=409)
        location = earlier.location
    return HttpResponseRedirect(location)


def key_of(request: "OfficeRequest") -> str:
    """The key the form carries; empty for what was never given out as one."""
    key = request.POST.get(FIELD, "")
    return key if 16 <= len(key) <= 80 and key.isascii() and key.isprintable() else ""


def content(request: "OfficeRequest") -> str:
    """SHA-256 of where the form goes and what it says."""
    pairs = sorted((name, values) for name, values in request.POST.lists() if name not in IGNORED)
    return hashlib.sha256(repr((request.path, pairs)).encode()).hexdigest()


@action
def _first(
    *, company: Company, key: str, request_hash: str, work: Callable[[], str], actor: User, at: datetime, reason: str
) -> str | None:
    """The URL `work` answers with, or None if the key is taken. Waits for whoever is using the key right now."""
    try:
        with transaction.atomic():
            row = Idempotency.objects.create(company=company, user=actor, key=key, request_hash=request_hash)
    except IntegrityError:
        return None
    row.location = work()
    row.save(update_fields=["location"])
    return row.location
