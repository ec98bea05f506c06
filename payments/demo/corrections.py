"""What goes wrong and is put right: credit notes, a cancelled and reissued invoice, a return paid out, a write-off recovered."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from billing.actions.client_credit import apply_credit
from billing.actions.credit import draft_credit, reissue
from billing.actions.issue import issue
from billing.actions.write_off import recover_write_off, write_off
from billing.models import Document, Line, Settlement
from billing.rules.credit import Choice
from billing.states import Kind, SettlementKind
from invoicing_site.clock import local_date
from invoicing_site.demo_world.world import Firm, World
from invoicing_site.money import round_money
from invoicing_site.states import Role
from payments.actions.refund_credit import record_credit_refund

# The company's words, English.
WORDS = {
    "berlin": ("Als Entschuldigung für die Verspätung", "Falsche Anschrift", "Eine Einheit zurück", "Insolvenz des Kunden", "Der Verwalter zahlt doch"),
    "newyork": ("To make up for the delay", "Wrong address", "One unit returned", "Client is insolvent", "The trustee pays after all"),
}  # fmt: skip
DISCOUNT = Decimal("0.05")


def corrections(world: World) -> None:
    """Each firm corrects what ordinary sales left in its books on the day; where nothing fits, nothing happens."""
    for firm in world.firms:
        by: dict[str, Any] = {"company": firm.company, "actor": firm.people[Role.ACCOUNTANT]}
        cut, address, back, lost, paid = WORDS[firm.key]
        for ago in (86, 48):
            world.plan(firm, world.ago(ago), "17:40", _first(firm, _open, _goodwill, by, cut))
        world.plan(firm, world.ago(43), "17:45", _first(firm, _open, _reissued, by, address))
        for ago in (66, 37):
            world.plan(firm, world.ago(ago), "17:50", _first(firm, _paid, _returned, by, back))
        world.plan(firm, world.ago(61), "17:55", _first(firm, _open, _given_up, by, lost))
        world.plan(firm, world.ago(29), "17:55", _given_up_again(firm, by, lost, paid))


Act = Callable[[dt.datetime], None]
Verb = Callable[[Document, dict[str, Any], str], object]


def _first(firm: Firm, found: Callable[[Firm], Iterator[Document]], verb: Verb, by: dict[str, Any], words: str) -> Act:
    """Do `verb` to the first document `found` that day."""

    def act(at: dt.datetime) -> None:
        document = next(found(firm), None)
        if document is not None:
            verb(document, by | {"at": at}, words)

    return act


def _ordinary(firm: Firm) -> Iterator[Document]:
    """Invoices of everyday sales that nothing corrected yet, the oldest first."""
    keys = [sale.stored.pk for sale in firm.sales if not sale.piece and sale.end == "issued" and sale.document]
    rows = Document.objects.issued().filter(pk__in=keys, kind=Kind.INVOICE, credited=0, written_off=0, total__gt=0)
    yield from rows.order_by("issue_date", "pk")


def _open(firm: Firm) -> Iterator[Document]:
    return (row for row in _ordinary(firm) if row.open_amount == row.total)


def _paid(firm: Firm) -> Iterator[Document]:
    return (row for row in _ordinary(firm) if not row.open_amount and row.withheld == 0 and row.prepaid == 0)


def _goodwill(document: Document, by: dict[str, Any], words: str) -> None:
    amount = round_money(document.lines_amount * DISCOUNT, document.currency)
    draft = draft_credit(document_uuid=document.uuid, amount=amount, reason_code="goodwill", reason=words, **by)
    issue(document_uuid=draft.uuid, **by)


def _reissued(document: Document, by: dict[str, Any], words: str) -> None:
    draft = reissue(document_uuid=document.uuid, reason=words, **by)
    issue(document_uuid=draft.uuid, **by)


def _returned(document: Document, by: dict[str, Any], words: str) -> None:
    """What comes back was paid: it settles what else the client owes, or is paid out."""
    line = Line.objects.filter(document=document, quantity__gte=1, net__gt=0).order_by("position").first()
    if line is None:
        return
    choice = Choice(line.pk, quantity=Decimal(1))
    draft = draft_credit(document_uuid=document.uuid, lines=[choice], reason_code="return", reason=words, **by)
    note = issue(document_uuid=draft.uuid, **by)
    others = Document.objects.for_company(note.company_id).open()
    other = others.filter(client=note.client_id, currency=note.currency).order_by("due_on", "pk").first()
    if other is not None:
        amount = min(note.open_amount, other.open_amount)
        apply_credit(note_uuid=note.uuid, document_uuid=other.uuid, amount=amount, **by)
        return
    day = local_date(by["at"], by["company"].time_zone)
    record_credit_refund(
        note_uuid=note.uuid, amount=note.open_amount, refunded_on=day, method="transfer", reason=words, **by
    )


def _given_up(document: Document, by: dict[str, Any], words: str) -> None:
    write_off(document_uuid=document.uuid, amount=document.open_amount, tax_relief=True, reason=words, **by)


def _given_up_again(firm: Firm, by: dict[str, Any], lost: str, paid: str) -> Act:
    """What was given up first is paid after all; something else is given up instead."""

    def act(at: dt.datetime) -> None:
        rows = Settlement.objects.filter(company=firm.company, kind=SettlementKind.WRITE_OFF, reverses=None)
        row = rows.filter(reversed_by=None).order_by("pk").first()
        if row is not None:
            recover_write_off(settlement_uuid=row.uuid, reason=paid, **by, at=at)
        document = next((each for each in _open(firm) if row is None or each.pk != row.document_id), None)
        if document is not None:
            _given_up(document, by | {"at": at}, lost)

    return act
