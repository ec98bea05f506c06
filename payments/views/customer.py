"""Paying online as a customer, by the portal or by a link alike: choosing, hand-over, and what has become of it.

Nothing here marks anything paid: pages show our rows, and rows learn from the provider alone.
"""

import datetime as dt
import functools
import logging
import uuid
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import get_language

from invoicing_site import clock, limits
from invoicing_site.errors import BusinessError
from invoicing_site.once import once
from invoicing_site.queues import MONEY
from payments.actions.attempts import open_attempt, start
from payments.forms.pay import PayForm
from payments.models import Attempt, GatewayAccount
from payments.reports.door import Door
from payments.reports.portal import with_waiting
from payments.rules.pages import leads_to_provider
from payments.states import AttemptState
from payments.views.files import receipt_file
from payments.views.money import sent_before

log = logging.getLogger(__name__)
ASK = "payments.tasks.ask"
ASK_SECONDS = 5
# Somebody who tries cards knows no more than this of what they try: per customer, and per address they come from.
TRIES, TRIES_FROM, HOUR = 10, 30, 3600
LIMIT = 50  # documents of a customer on the page
FRESH = 20  # seconds a hand-over page goes on by itself
WAITS = (2, 2, 3, 3, 5, 5, 8, 13, 21, 34, 60)  # seconds until a page that waits looks again


def choose(request: HttpRequest, door: Door, *, only: Any = None) -> HttpResponse:
    """The open documents this customer may pay, a form for each client and currency; POST starts paying one form's.

    `only` is the document of a link: no other is offered.
    """
    account = GatewayAccount.objects.for_company(door.company).filter(archived_at=None).first()
    rows = (
        with_waiting(door.payable())
        .select_related("client")
        .order_by("client__sort_name", "currency", "due_on", "number")
    )
    groups: dict[Any, list[Any]] = {}
    part = account is not None and account.part_payments
    chosen = [only.uuid] if only is not None else _asked_for(request)
    # What is on its way is not offered again; a form sent all the same is refused by the verb, in words.
    busy = []
    for row in _shown(rows, chosen) if account else ():
        if row.waits and request.method == "GET":
            busy.append(row)
            continue
        groups.setdefault((row.client_id, row.currency), []).append(row)
    posted = request.POST.get("group") if request.method == "POST" else None
    forms = []
    for documents in groups.values():
        wanted = [row.uuid for row in documents if row.uuid in chosen]
        form = PayForm(documents=documents, part=part, chosen=wanted)
        if form.group == posted:
            form = PayForm(request.POST, documents=documents, part=part)
            if answer := _begin(request, door, form):
                return answer
        forms.append((bool(wanted), form))
    forms.sort(key=lambda pair: not pair[0])
    if earlier := sent_before(request, door.who):
        return earlier
    context = {
        "door": door,
        "forms": [form for _, form in forms],
        "online": account is not None,
        "document": only,
        "busy": busy,
    }
    status = 422 if any(form.errors for _, form in forms) else 409 if request.method == "POST" else 200
    return render(request, "payments/portal/choose.html", context, status=status)


def _shown(rows: Any, chosen: list[uuid.UUID]) -> list[Any]:
    """The first of `rows`, and those that were asked for wherever they stand."""
    found = list(rows[:LIMIT])
    if len(found) == LIMIT and chosen:
        found += rows.filter(uuid__in=chosen).exclude(pk__in=[row.pk for row in found])
    return found


def _asked_for(request: HttpRequest) -> list[uuid.UUID]:
    """What the address names, or the form that came from there."""
    posted = [name.removeprefix("pay_") for name in request.POST if name.startswith("pay_")]
    found = []
    for text in [*request.GET.getlist("document"), *posted][: 2 * LIMIT]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _begin(request: HttpRequest, door: Door, form: PayForm) -> HttpResponse | None:
    """Start paying what the form says and go to the hand-over page; None when it is refused, the form says why."""
    if not form.is_valid():
        return None
    if not _may_try(request, door):
        return render(request, "429.html", status=429)
    at = clock.now()

    def work() -> str:
        attempt = start(
            company=door.company,
            client_id=form.client.pk,
            shares=form.shares(),
            language=get_language() or "en",
            recipient=door.recipient,
            return_path=door.return_path(),
            actor=None,
            at=at,
        )
        return f"{door.hand_over_url(attempt.uuid)}{_now(at)}"

    try:
        answer = once(request, work, at=at, who=door.who)
    except BusinessError as error:
        form.refuse(error)
        return None
    return _open(answer, at)


def _may_try(request: HttpRequest, door: Door) -> bool:
    mine = limits.allow("pay", door.who, most=TRIES, seconds=HOUR)
    return limits.allow("pay-from", limits.address_of(request), most=TRIES_FROM, seconds=HOUR) and mine


def _open(answer: HttpResponse, at: dt.datetime) -> HttpResponse:
    """Have the page made for the attempt `answer` leads to. The second of two clicks gets the same page."""
    if answer.status_code == 302:
        open_attempt(attempt_uuid=resolve(urlsplit(answer["Location"]).path).kwargs["attempt"], at=at)
    return answer


def hand_over(request: HttpRequest, door: Door, attempt: uuid.UUID) -> HttpResponse:
    """Our own page before the provider's: the CSP lets no form lead away. Goes on by itself only just after it was asked for."""
    found, at = _one(door, attempt), clock.now()
    if not _ready(found, at):
        return HttpResponseRedirect(f"{door.attempt_url(found.uuid)}?go=1")
    context = {"door": door, "attempt": found, "fresh": _fresh(request, at)}
    return _quiet(render(request, "payments/portal/hand_over.html", context))


def came_back(request: HttpRequest, door: Door) -> HttpResponse:
    """Where the provider sends the customer back to; only a signpost, whatever its query says."""
    try:
        key = uuid.UUID(request.GET.get("attempt", ""))
    except ValueError:
        raise Http404 from None
    back = request.GET.get("back", "")
    query = f"?back={back}" if back in ("done", "cancelled") else ""
    return HttpResponseRedirect(f"{door.attempt_url(_one(door, key).uuid)}{query}")


def attempt(request: HttpRequest, door: Door, attempt: uuid.UUID) -> HttpResponse:
    """What our rows say of an attempt. While they cannot say, the provider is asked by a task and the page looks again (202)."""
    found = _one(door, attempt)
    ready = _ready(found, clock.now())
    if "go" in request.GET and ready:
        return HttpResponseRedirect(f"{door.hand_over_url(found.uuid)}{_now(clock.now())}")
    asking = found.state in (AttemptState.CREATED, AttemptState.UNKNOWN, AttemptState.OPEN)
    if asking:
        _ask(found)
    looked = _number(request, "looked", 3)
    paid = door.payments().filter(pk=found.payment_id).first()
    cancelled = request.GET.get("back") == "cancelled" and found.state == AttemptState.OPEN
    waits = asking and not cancelled and looked < len(WAITS)
    shares = list(found.shares.select_related("document").order_by("document__number"))
    context = {
        "door": door,
        "attempt": found,
        "shares": shares,
        "cancelled": cancelled,
        "waits": waits,
        "seconds": WAITS[min(looked, len(WAITS) - 1)],
        "again": _again(request, looked + 1),
        "ready": ready,
        "receipt_url": door.receipt_url(paid.uuid) if paid else "",
        "pay_url": door.pay_url(shares[0].document),
    }
    return _quiet(render(request, "payments/portal/attempt.html", context, status=202 if waits else 200))


def receipt(request: HttpRequest, door: Door, payment: uuid.UUID) -> HttpResponse:
    found = door.payments().filter(uuid=payment).select_related("company", "client").first()
    if found is None:
        raise Http404
    return receipt_file(request, found, door.home_url(), layout="portal/base.html")


def _one(door: Door, key: uuid.UUID) -> Any:
    found = door.attempts().filter(uuid=key).select_related("payment", "client").first()
    if found is None:
        raise Http404
    return found


def _ready(found: Attempt, at: dt.datetime) -> bool:
    """Whether the provider has a page for it that the customer may be sent to."""
    if found.state != AttemptState.OPEN or found.expires_at <= at:
        return False
    known = leads_to_provider(found.page_url, settings.PAYMENT_PAGE_HOSTS, settings.STRIPE_API_BASE)
    if not known:
        log.error("payment page on an unknown host: attempt %s", found.uuid)
    return known


def _now(at: dt.datetime) -> str:
    return f"?t={int(at.timestamp())}"


def _fresh(request: HttpRequest, at: dt.datetime) -> bool:
    return 0 <= at.timestamp() - _number(request, "t", 11) < FRESH


def _number(request: HttpRequest, name: str, digits: int) -> int:
    """A count or an instant that the page's own address carries; 0 for what we never wrote there."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


def _again(request: HttpRequest, looked: int) -> str:
    query = request.GET.copy()
    query["looked"] = str(looked)
    return f"{request.path}?{query.urlencode()}"


def _ask(found: Attempt) -> None:
    send = functools.partial(current_app.send_task, ASK, (found.pk,), queue=MONEY, retry=False)
    limits.seldom(f"attempt:{found.pk}", send, seconds=ASK_SECONDS)


def _quiet(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
