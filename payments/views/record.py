"""Recording money that came in: who paid, how much, for which documents (SPEC P1)."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Document
from clients.models import Client
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.web import OfficeRequest, office
from payments.actions.receive import Receipt, record_payment
from payments.forms.fields import plain
from payments.forms.record import PaymentForm
from payments.forms.shares import laid_out
from payments.reports.open_items import open_documents, owed, payers
from payments.states import Method
from payments.views.money import attempt, sent_before
from payments.views.shares import Desk, shares_context


@office("payments.record")
def record(request: OfficeRequest) -> HttpResponse:
    """Ask who paid; then propose and, once the rest that would stay unapplied was shown, record."""
    client, document = _subject(request)
    if client is None:
        return _choose(request)
    if request.method == "POST":
        return _answer(request, client)
    return _begin(request, client, document)


def _subject(request: OfficeRequest) -> tuple[Any, Any]:
    """The client the URL or the form names, and the document the URL names; 404 for those of others."""
    given = request.GET.get("document") if request.method == "GET" else None
    if given:
        documents = Document.objects.for_company(request.company).issued().select_related("client")
        document = _one(documents, given)
        return document.client, document
    named = request.POST.get("client") or request.GET.get("client")
    return (_one(Client.objects.for_company(request.company), named), None) if named else (None, None)


def _one(rows: Any, key: str) -> Any:
    try:
        found = rows.filter(uuid=uuid.UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _choose(request: OfficeRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "")[:160]
    template = "payments/payers.html" if getattr(request, "htmx", False) else "payments/choose.html"
    context = {"payers": payers(request.company, text), "q": text}
    return render(request, template, context)


def _begin(request: OfficeRequest, client: Any, document: Any) -> HttpResponse:
    debts = owed(request.company, client.pk)
    only = debts[0].currency if len(debts) == 1 else client.currency
    currency = document.currency if document else only
    today = clock.local_date(clock.now(), request.company.time_zone)
    amount, decided = None, {}
    if document is not None and document.is_owed:
        amount = document.open_amount
        decided = {document.uuid: {"amount": plain(amount, currency), "paid": "", "uses": amount}}
    rows = open_documents(request.company, client.pk, list(decided))
    sheet = laid_out(rows, currency, amount, decided)
    initial = {"amount": plain(amount, currency), "currency": currency, "received_on": today, "method": Method.TRANSFER}
    form = PaymentForm(initial=initial, currencies=_currencies(request, client))
    return _page(request, form, shares_context(request, client, sheet, sheet.standing(amount), debts))


def _answer(request: OfficeRequest, client: Any) -> HttpResponse:
    form = PaymentForm(request.POST, currencies=_currencies(request, client))
    complete = form.is_valid()
    amount = None if "amount" in form.errors else form.cleaned_data.get("amount")
    desk = Desk(request, client, form.cleaned_data.get("currency") or client.currency, amount)
    if desk.aside:
        if getattr(request, "htmx", False):
            return desk.fragment()
        desk.lay_out()
        return _page(request, form, desk.context())
    if earlier := sent_before(request):
        return earlier
    if not desk.sheet.is_valid() or not complete:
        return _page(request, form, desk.context(), status=422)
    if desk.unseen_rest():
        return _page(request, form, desk.context())
    return _record(request, form, desk)


def _record(request: OfficeRequest, form: PaymentForm, desk: Desk) -> HttpResponse:
    typed = form.cleaned_data
    receipt = Receipt(
        desk.client.pk, typed["method"], typed["received_on"], typed["currency"], typed["amount"], typed["reference"]
    )
    shares, at = desk.sheet.shares(), clock.now()
    refused: dict[str, Any] = {}

    def refuse(error: BusinessError) -> bool:
        refused["twin"] = error.params.get("payment")
        return desk.sheet.refuse(error)

    def work() -> str:
        made = record_payment(
            company=request.company,
            receipt=receipt,
            shares=shares,
            unless_twin=not typed["another"],
            actor=request.actor,
            at=at,
        )
        return reverse("payments:payment", args=[request.company.slug, made.uuid])

    done = attempt(request, form, work, _("The payment is recorded."), at=at, refuse=refuse)
    return done or _page(request, form, desk.context() | refused, status=422)


def _currencies(request: OfficeRequest, client: Any) -> list[str]:
    return [client.currency, request.company.currency]


def _page(request: OfficeRequest, form: PaymentForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "payments/record.html", {"form": form, **context}, status=status)
