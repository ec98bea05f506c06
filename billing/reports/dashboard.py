"""What billing shows on the dashboard: figures, receivables by age, what is late, the latest documents, first steps.

All of it together asks five statements, whatever the company holds: the answers are kept on the request.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from billing.models import Document
from billing.models.fields import ZERO
from billing.reports.labels import badge_of
from billing.reports.offers import ACCEPTED, with_fate
from billing.reports.proofs import badge, newest
from billing.reports.receivables import LABELS, SHORT, Owed, by_age, open_documents
from billing.rules.aging import CODES, OVERDUE
from billing.states import OFFERS, DocumentState, Kind
from clients.models import Client
from invoicing_site import clock
from invoicing_site.charts import Bars
from invoicing_site.models import Company
from invoicing_site.reports.figures import Figure
from invoicing_site.web import OfficeRequest

T = TypeVar("T")
Answer = tuple[str, dict[str, Any]]
LIMIT = 8


def _kept(request: OfficeRequest, name: str, ask: Callable[[], T]) -> T:
    """The answer of `ask`, asked once per request."""
    answers = cast("dict[str, Any]", request.__dict__.setdefault("_dashboard", {}))
    if name not in answers:
        answers[name] = ask()
    return cast(T, answers[name])


def _today(request: OfficeRequest) -> dt.date:
    return clock.local_date(clock.now(), request.company.time_zone)


def _owed(request: OfficeRequest) -> list[Owed]:
    company = request.company
    return _kept(request, "owed", lambda: by_age(company, _today(request), company.currency))


def _latest(request: OfficeRequest) -> list[Any]:
    rows = with_fate(Document.objects.for_company(request.company).select_related("client")).order_by("-id")
    return _kept(request, "latest", lambda: list(rows[:LIMIT]))


def _holdings(request: OfficeRequest) -> Any:
    """The company with `any_client`, `drafts`, how many wait to be issued, and `accepted` offers that wait for their invoice."""

    def ask() -> Any:
        mine = {"company": OuterRef("pk")}
        drafts = Document.objects.filter(**mine, state=DocumentState.DRAFT).order_by().values("company")
        offers = with_fate(Document.objects.filter(**mine, kind__in=OFFERS)).filter(ACCEPTED)
        accepted = offers.order_by().values("company").annotate(count=Count("pk")).values("count")
        rows = Company.objects.filter(pk=request.company.pk).annotate(
            accepted=Coalesce(Subquery(accepted), 0),
            any_client=Exists(Client.objects.filter(**mine)),
            drafts=Coalesce(Subquery(drafts.annotate(count=Count("pk")).values("count")), 0),
        )
        return rows.get()

    return _kept(request, "holdings", ask)


def _page(request: OfficeRequest, name: str, query: str = "") -> str:
    return reverse(name, args=[request.company.slug]) + query


def receivables(request: OfficeRequest) -> list[Figure]:
    """What is open and what of it is late, the company's own currency first."""
    owed = _owed(request)
    late = [row for row in owed if row.late]
    documents = sum(row.late_documents for row in owed)
    note = ngettext("%(n)s document", "%(n)s documents", documents) % {"n": documents} if documents else ""
    nothing = [(ZERO, request.company.currency)]
    return [
        Figure(
            gettext("Open"),
            [(row.open, row.currency) for row in owed] or nothing,
            url=_page(request, "billing:receivables"),
        ),
        Figure(
            gettext("Overdue"),
            [(row.late, row.currency) for row in late] or nothing,
            note=note,
            url=_page(request, "billing:receivables", f"?age={OVERDUE}"),
            tone="bad" if late else "",
        ),
    ]


def work(request: OfficeRequest) -> list[Figure]:
    """Drafts that wait, and whether the books are proven."""
    proof = _kept(request, "proof", lambda: newest(request.company))
    holdings = _holdings(request)
    found = badge(proof, clock.now())
    accepted = Figure(
        gettext("Accepted offers"),
        text=str(holdings.accepted),
        note=gettext("waiting for their invoice"),
        url=_page(request, "billing:documents", f"?kind={Kind.QUOTE}"),
        tone="good",
    )
    return [
        *([accepted] if holdings.accepted else []),
        Figure(
            gettext("Drafts waiting"),
            text=str(holdings.drafts),
            url=_page(request, "billing:documents", f"?state={DocumentState.DRAFT}"),
        ),
        Figure(
            gettext("Books"), text=found.text, note=found.note, url=_page(request, "billing:books"), tone=found.tone
        ),
    ]


def start(request: OfficeRequest) -> Answer | None:
    """The next steps of a company that has no document yet."""
    if _latest(request):
        return None
    return "billing/dashboard/start.html", {"any_client": _holdings(request).any_client}


def ages(request: OfficeRequest) -> Answer | None:
    """Receivables by age: a chart of one currency, a table of all."""
    owed = _owed(request)
    if not owed:
        return None
    wanted = request.GET.get("currency", "")
    shown = next((row for row in owed if row.currency == wanted), owed[0])
    title = gettext("By age in %(currency)s") % {"currency": shown.currency}
    rows = [(str(SHORT[code]), (amount,)) for code, amount in zip(CODES, shown.columns, strict=True)]
    table = [(code, str(LABELS[code]), [row.columns[place] for row in owed]) for place, code in enumerate(CODES)]
    context = {
        "chart": Bars(title, (gettext("Open"),), rows, shown.currency),
        "shown": shown,
        "owed": owed,
        "table": [(code, label, list(zip(amounts, owed, strict=True))) for code, label, amounts in table],
    }
    return "billing/dashboard/ages.html", context


def overdue(request: OfficeRequest) -> Answer | None:
    """The documents that are late for longest."""
    day = _today(request)
    rows = open_documents(request.company).filter(due_on__lt=day).select_related("client").order_by("due_on", "pk")
    found = list(rows[: LIMIT + 1])
    if not _latest(request):
        return None
    for row in found:
        row.days = (day - row.due_on).days
    return "billing/dashboard/overdue.html", {"documents": found[:LIMIT], "more": len(found) > LIMIT}


def latest(request: OfficeRequest) -> Answer | None:
    """The documents made last."""
    found = _latest(request)
    for row in found:
        row.badge = badge_of(row, _today(request))
    return ("billing/dashboard/latest.html", {"documents": found}) if found else None
