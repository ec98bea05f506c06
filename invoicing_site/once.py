"""Money forms act once: the form carries a key, and the first POST's answer is every later one's (docs/adr/0006)."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from invoicing_site import clock, links
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, Idempotency, User

FIELD = "form_key"
IGNORED = {FIELD, "csrfmiddlewaretoken"}


def once(
    request: HttpRequest, work: Callable[[], str], *, at: datetime | None = None, reason: str = "", who: str = ""
) -> HttpResponse:
    """Do `work` for the POST at hand unless its `{% form_key %}` was used before; redirect to the URL it returned.

    `at` is the instant `work` gives its verbs, so that history and events name one moment; now, if it has none.
    `reason` is the one it gives them: history reads it from the outermost act, which is this one. `who` names a customer,
    who is no user of ours: their account or link.

    The same key with the same content gets the first answer, also while the first is still running (the second waits
    on the unique index); with other content, or from another person, a 409 page. Key and work are one transaction: a
    BusinessError leaves the key free, so the corrected form may be sent under it. Raises BusinessError("form.no_key")
    when the page lost its key.
    """
    key = key_of(request)
    if not key:
        raise BusinessError("form.no_key")
    digest = content(request, who)
    company, actor = _company(request), _actor(request)
    location = _first(
        company=company,
        key=key,
        request_hash=digest,
        work=work,
        actor=actor,
        at=at or clock.now(),
        reason=reason,
    )
    if location is None:
        earlier = Idempotency.objects.for_company(company).get(key=key)
        if (earlier.request_hash, earlier.user_id) != (digest, actor.pk if actor else None):
            return render(request, "site/conflict.html", {"location": links.opened(earlier.location)}, status=409)
        location = links.opened(earlier.location)
    return HttpResponseRedirect(location)


def _company(request: Any) -> Company:
    company: Company = request.company
    return company


def _actor(request: Any) -> User | None:
    """The member of the company who posts; None for its customers."""
    return getattr(request, "actor", None)


def key_of(request: HttpRequest) -> str:
    """The key the form carries; empty for what was never given out as one."""
    key = request.POST.get(FIELD, "")
    return key if 16 <= len(key) <= 80 and key.isascii() and key.isprintable() else ""


def content(request: HttpRequest, who: str = "") -> str:
    """SHA-256 of where the form goes, what it says, and which customer says it."""
    pairs = sorted((name, values) for name, values in request.POST.lists() if name not in IGNORED)
    said = (request.path, pairs, who) if who else (request.path, pairs)
    return hashlib.sha256(repr(said).encode()).hexdigest()


@action
def _first(
    *,
    company: Company,
    key: str,
    request_hash: str,
    work: Callable[[], str],
    actor: User | None,
    at: datetime,
    reason: str,
) -> str | None:
    """The URL `work` answers with, or None if the key is taken. Waits for whoever is using the key right now."""
    try:
        with transaction.atomic():
            row = Idempotency.objects.create(company=company, user=actor, key=key, request_hash=request_hash)
    except IntegrityError:
        return None
    location = work()
    row.location = links.named(location)
    row.save(update_fields=["location"])
    return location
