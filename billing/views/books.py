"""The books: what was proven, the journal, the trial balance, what clients owe (SPEC L1, L2)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.prove import prove_company
from billing.forms.books import BalanceFilter, JournalFilter, ReceivablesFilter
from billing.models import Entry, Proof
from billing.reports import journal as ledger
from billing.reports.proofs import badge, checked, differences
from billing.reports.receivables import by_age, open_credit, open_documents, sums, within
from billing.rules.aging import age
from invoicing_site import clock
from invoicing_site.models import Period
from invoicing_site.paging import keyset
from invoicing_site.web import OfficeRequest, office

RUNS = 10
PAGES = (
    ("billing:books", gettext_lazy("Proof")),
    ("billing:journal", gettext_lazy("Journal")),
    ("billing:balance", gettext_lazy("Trial balance")),
    ("billing:gaps", gettext_lazy("Numbers")),
    ("billing:revaluation", gettext_lazy("Revaluation")),
)


@office("books.view", methods=("GET",))
def books(request: OfficeRequest) -> HttpResponse:
    """The newest proof with what it found, the runs before it, and up to which day the books are closed."""
    runs = list(Proof.objects.for_company(request.company).order_by("-id")[:RUNS])
    newest = runs[0] if runs else None
    now = clock.now()
    context = {
        "proof": newest,
        "verdict": badge(newest, now),
        "checks": checked(newest) if newest else [],
        "differences": differences(request.company, newest) if newest else [],
        "runs": [(run, len(run.differences)) for run in runs],
        "period": Period.objects.filter(company=request.company).first(),
    }
    return page(request, "billing/books/proof.html", "billing:books", context)


@office("books.view", methods=("POST",))
def prove(request: OfficeRequest) -> HttpResponse:
    """Check everything now. Whoever may read the books may ask: a proof changes nothing but the record of itself."""
    proof = prove_company(company=request.company, actor=request.actor, at=clock.now())
    if proof.differences:
        messages.error(request, _("The books do not add up. Every difference is listed below."))
    else:
        messages.success(request, _("The books are proven: every check holds."))
    return HttpResponseRedirect(reverse("billing:books", args=[request.company.slug]))


@office("books.view", methods=("GET",))
def journal(request: OfficeRequest) -> HttpResponse:
    """Entries with their postings; a filter that cannot be read leaves nothing."""
    form = JournalFilter(request.GET, company=request.company)
    wanted = form.cleaned_data if form.is_valid() else None
    rows = Entry.objects.none() if wanted is None else ledger.entries(request.company, wanted)
    context = {
        "form": form,
        "page": ledger.journal(request.company, rows, request.GET.dict()),
        "narrowed": wanted is None or any(wanted.values()),
    }
    return page(request, "billing/books/journal.html", "billing:journal", context)


@office("books.view", methods=("GET",))
def entry(request: OfficeRequest, entry: uuid.UUID) -> HttpResponse:
    """One entry of the journal, where differences and events lead to."""
    rows = Entry.objects.for_company(request.company).filter(uuid=entry)
    found = ledger.journal(request.company, rows, {})
    if not found.rows:
        raise Http404
    return page(request, "billing/books/entry.html", "billing:journal", {"page": found, "entry": found.rows[0]})


@office("books.view", methods=("GET",))
def balance(request: OfficeRequest) -> HttpResponse:
    """Every account per currency as of a day, and that they sum to zero."""
    today = clock.local_date(clock.now(), request.company.time_zone)
    form = BalanceFilter({"as_of": request.GET.get("as_of") or today})
    day = form.cleaned_data["as_of"] if form.is_valid() else None
    balances = ledger.trial_balance(request.company, day) if day else []
    debit, credit, base = ledger.footing(balances)
    context = {
        "form": form,
        "day": day,
        "balances": balances,
        "debit": debit,
        "credit": credit,
        "base": base,
        "even": debit == credit and not base,
    }
    return page(request, "billing/books/balance.html", "billing:balance", context)


@office("documents.view", methods=("GET",))
def receivables(request: OfficeRequest) -> HttpResponse:
    """Open documents by due date, of one currency or age; what the dashboard's figures are the sums of."""
    today = clock.local_date(clock.now(), request.company.time_zone)
    owed = by_age(request.company, today, request.company.currency)
    form = ReceivablesFilter(request.GET, used=[row.currency for row in owed])
    rows = open_documents(request.company).select_related("client")
    if form.is_valid():
        column = age(form.cleaned_data["age"], today)
        rows = rows.filter(within(column)) if column else rows
        currency = form.cleaned_data["currency"]
        rows = rows.filter(currency=currency) if currency else rows
    else:
        rows = rows.none()
    found = keyset(rows, request.GET.dict(), "due_on", "id")
    for row in found:
        row.days = (today - row.due_on).days
    whole = form.is_valid() and not form.cleaned_data["age"]
    credit = open_credit(request.company, form.cleaned_data["currency"]) if whole else []
    context = {"form": form, "page": found, "sums": sums(rows), "credit": credit, "owed": owed}
    return render(request, "billing/books/receivables.html", context)


def page(request: OfficeRequest, template: str, current: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the books with its tabs."""
    tabs = [
        {"label": label, "url": reverse(name, args=[request.company.slug]), "current": name == current}
        for name, label in PAGES
    ]
    return render(request, template, {"tabs": tabs, **context})
