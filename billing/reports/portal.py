"""What a customer reads of their documents: the open balance, what came last, and the list (SPEC U2)."""

from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.module_loading import import_string

from billing.models import Document
from billing.models.fields import ZERO
from billing.reports.keyset import keyset
from billing.reports.labels import READ, badge_of
from billing.reports.offers import with_fate
from billing.states import DEMANDS, Kind
from clients.models import PortalAccount
from invoicing_site import clock
from invoicing_site.paging import Page
from invoicing_site.wiring import PAYABLE

Answer = tuple[str, dict[str, Any]]
LIMIT = 10
COLUMNS = ("id", "uuid", "number", "issue_date", "currency", *READ)


def of_account(account: PortalAccount) -> Any:
    """The rows an account may see, with what a list shows of them."""
    return with_fate(Document.objects.visible_to(account).select_related("client")).only(*COLUMNS, "client__name")


def balances(request: HttpRequest) -> Answer:
    """What is open in each currency, less the credit of credit notes, and since when; then the open documents, the earliest due first. At most four queries."""
    account, today = _reader(request)
    asked, credit = Q(kind__in=DEMANDS), Q(kind=Kind.CREDIT_NOTE)
    sums = (
        Document.objects.visible_to(account)
        .issued()
        .filter(asked | credit, open_amount__gt=0)
        .order_by()
        .values("currency")
        .annotate(
            asked=Coalesce(Sum("open_amount", filter=asked), ZERO),
            credit=Coalesce(Sum("open_amount", filter=credit), ZERO),
            documents=Count("id", filter=asked),
            overdue=Sum("open_amount", filter=asked & Q(due_on__lt=today)),
        )
        .annotate(open=F("asked") - F("credit"))
        .order_by("currency")
    )
    rows = _badged(of_account(account).open().order_by("due_on", "id")[:LIMIT], today)
    context = {"sums": list(sums), "documents": rows, "company": account.company}
    context["payable"] = bool(rows) and account.grants.filter(may_pay=True).exists() and _pays_online(account)
    return "billing/portal/balances.html", context


def latest(request: HttpRequest) -> Answer:
    """The newest documents, paid ones too. One query."""
    account, today = _reader(request)
    rows = _badged(of_account(account).order_by("-issue_date", "-id")[: LIMIT + 1], today)
    return "billing/portal/latest.html", {
        "documents": rows[:LIMIT],
        "more": len(rows) > LIMIT,
        "company": account.company,
    }


def listing(request: HttpRequest) -> Page[Document]:
    """A page of everything, newest first. One query."""
    account, today = _reader(request)
    page = keyset(of_account(account), request.GET.get("after", ""), request.GET.get("before", ""))
    _badged(page.rows, today)
    return page


def _reader(request: HttpRequest) -> tuple[PortalAccount, Any]:
    account: PortalAccount = request.portal  # type: ignore[attr-defined]
    return account, clock.local_date(clock.now(), account.company.time_zone)


def _pays_online(account: PortalAccount) -> bool:
    return bool(import_string(PAYABLE)(account.company))


def _badged(rows: Any, today: Any) -> list[Any]:
    found = list(rows)
    for row in found:
        row.badge = badge_of(row, today)
    return found
