"""What recording and applying have in common: the table of documents, proposed, typed and asked back."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from billing.models import Document
from invoicing_site.web import OfficeRequest
from payments.forms.shares import Sheet, Standing, bound, decisions, laid_out, posted
from payments.reports.open_items import Owed, open_documents, owed

SEEN = "seen"  # the unapplied rest the page showed, sent back with the form
ASIDE = ("suggest", "oldest", "count", "find")  # buttons that only lay the table out anew


class Desk:
    """One POST of a form with the table: the client's open documents, and what was typed about them."""

    def __init__(self, request: OfficeRequest, client: Any, currency: str, amount: Decimal | None) -> None:
        self.request, self.client, self.currency, self.amount = request, client, currency, amount
        found = _find(request, client)
        wanted = posted(request.POST)
        self.missing = "find" in request.POST and not found
        self.documents = open_documents(request.company, client.pk, [*wanted, *found])
        self.sheet: Sheet = bound(self.documents, currency, request.POST)
        self.ask = False

    @property
    def aside(self) -> bool:
        return any(name in self.request.POST for name in ASIDE)

    def lay_out(self) -> None:
        """What a person decided stays unless they asked for the plain order; the rest is proposed."""
        decided = None if "oldest" in self.request.POST else decisions(self.sheet)
        self.sheet = laid_out(self.documents, self.currency, self.amount, decided)

    def standing(self) -> Standing:
        return self.sheet.standing(self.amount)

    def unseen_rest(self) -> bool:
        """Whether a rest would stay unapplied that the page did not show; if so, the table is laid out to show it."""
        standing = self.standing()
        if not self.documents or not standing.left or standing.left < 0:
            return False
        if self.request.POST.get(SEEN) == standing.seal:
            return False
        self.ask = True
        self.lay_out()
        return True

    def context(self) -> dict[str, Any]:
        return shares_context(self.request, self.client, self.sheet, self.standing()) | {
            "ask": self.ask,
            "missing": self.missing,
        }

    def fragment(self) -> HttpResponse:
        """What htmx swaps in: while shares are typed only their sum, else the table too."""
        counting = "count" in self.request.POST
        if not counting:
            self.lay_out()
        template = "payments/standing.html" if counting else "payments/shares_swap.html"
        return render(self.request, template, self.context() | {"swap": not counting})


def shares_context(
    request: OfficeRequest, client: Any, sheet: Sheet, standing: Standing, debts: list[Owed] | None = None
) -> dict[str, Any]:
    """What payments/shares.html and payments/standing.html show; `debts` is what `owed` says, if it was asked already."""
    debts = owed(request.company, client.pk) if debts is None else debts
    return {
        "client": client,
        "sheet": sheet,
        "standing": standing,
        "owed": debts,
        "hidden": sum(debt.documents for debt in debts) - len(sheet.documents),
    }


def _find(request: OfficeRequest, client: Any) -> list[Any]:
    """The open document whose number was typed to add it to a table too short to hold all."""
    number = request.POST.get("number", "").strip()
    if "find" not in request.POST or not number or "\0" in number:
        return []
    rows = Document.objects.for_company(request.company).open().filter(client=client.pk, number__iexact=number)
    return list(rows.values_list("uuid", flat=True)[:1])
