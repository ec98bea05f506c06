"""What a customer reads of their documents: the open balance, what came last, and the list (SPEC U2)."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.utils.module_loading import import_string

from billing.models import Document
from billing.reports.keyset import keyset
from billing.reports.labels import badge_of
from billing.reports.offers import with_fate
from clients.models import PortalAccount
from invoicing_site import clock
from invoicing_site.paging import Page
from invoicing_site.wiring import PAYABLE

Answer = tuple[str, dict[str, Any]]
LIMIT = 10
COLUMNS = ("id", "uuid", "number", "kind", "state", "issue_date", "due_on", "currency", "total", "open_amount")


def of_account(account: PortalAccount) -> Any:
    """The rows an account may see, with what a list shows of them."""
    return with_fate(Document.objects.visible_to(account).select_related("client")).only(*COLUMNS, "client__name")


def balances(request: HttpRequest) -> Answer:
    """What is open in each currency and since when; then the open documents, the earliest due first. At most four queries."""
    account, today = _reader(request)
    mine = Document.objects.visible_to(account).open()
    late = Q(due_on__lt=today)
    sums = (
        mine.order_by()
        .values("currency")
        .annotate(
            open=Sum("open_amount"),
            documents=Count("id"),
            overdue=Sum("open_amount", filter=late),
        )
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
