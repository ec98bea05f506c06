"""Deposit invoices, and final invoices that take them off (docs/adr/0019)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from billing.actions.drafts import create_draft
from billing.documents.source import Source, read
from billing.documents.wording import Wording
from billing.models import DepositUse, Document
from billing.reports.deposits import asked_for
from billing.rules import deposits as rules
from billing.rules.draft import Draft, DraftLine
from billing.rules.offers import label
from billing.states import OFFERS, DocumentState, Kind
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, User
from invoicing_site.money import ZERO


@action
def deposit_from(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Document:
    """A draft deposit invoice over `percent` of an accepted offer or a draft invoice, or over `amount` (its currency, tax included).

    One line for each set of taxes, in proportion; prices include tax, so that exactly what was agreed is asked for. With the deposits made
    of the same offer before it never asks for more than the offer. Locks the document. Raises not_found, deposit.source, deposit.nothing,
    and at their fields deposit.one_way, deposit.percent, deposit.amount, deposit.too_large. Publishes document.drafted.
    """
    today = local_date(at, company.time_zone)
    document: Document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    if not _may_ask(document, today):
        raise BusinessError("deposit.source")
    source = read(company.pk, [document.pk], today).documents[document.pk]
    totals, stored = source.totals(), source.draft()
    if totals.total <= 0:
        raise BusinessError("deposit.nothing")
    asked = rules.wanted(totals.total, stored.currency, percent, amount)
    before = asked_for(document)
    if asked + before > totals.total:
        raise BusinessError(
            "deposit.too_large", "percent" if percent is not None else "amount", left=totals.total - before
        )
    parts = rules.parts(totals, [line.tax_codes for line in stored.lines])
    shares = rules.split(parts, asked, stored.currency)
    draft = _draft(source, stored, shares, _words(company, document, stored, percent))
    return create_draft(company=company, draft=draft, actor=actor, at=at)


def _may_ask(document: Document, today: dt.date) -> bool:
    """Whether a deposit may be asked for what `document` offers or is going to bill."""
    if document.kind == Kind.INVOICE:
        return document.state == DocumentState.DRAFT
    if document.kind not in OFFERS:
        return False
    last = document.answers.order_by("-place").first()
    said = last.said if last and last.said != "withdrawn" else ""
    found = label(document.state, said, False, document.valid_until, today).code
    return found == "accepted" or (found == "waiting" and document.kind == Kind.PRO_FORMA)


def _words(company: Company, document: Document, stored: Draft, percent: Decimal | None) -> str:
    """What the lines say, in the document's language: "Deposit 30 %, Quotation AN-2026-00001"."""
    wording = Wording.of(stored.language, company.country, stored.currency)
    texts = wording.texts
    name = f"{texts['kinds'][document.kind]} {document.number}" if document.number else ""
    share = wording.percent(str(percent)) if percent is not None else ""
    what = f"{texts['deposit_line']} {share}".strip()
    return ", ".join(part for part in (what, name) if part)


def _draft(source: Source, stored: Draft, shares: dict[tuple[int, ...], Decimal], text: str) -> Draft:
    return Draft(
        client_id=stored.client_id,
        currency=stored.currency,
        kind=Kind.DEPOSIT.value,
        language=stored.language,
        prices_include_tax=True,
        lines=tuple(DraftLine(text, Decimal(1), share, tax_codes=taxes) for taxes, share in shares.items()),
        follows_id=source.document["id"] if stored.kind in OFFERS else stored.follows_id,
        net_days=stored.net_days,
        term=stored.term,
        term_day=stored.term_day,
        bank_account_id=stored.bank_account_id,
        buyer_reference=stored.buyer_reference,
        purchase_order=stored.purchase_order,
        contract=stored.contract,
    )


@action
def take_off(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    deposits: Sequence[uuid.UUID],
    revision: int | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Document:
    """Let a draft invoice take off exactly these `deposits`; what it took off before and is not among them is free again.

    Only deposit invoices of its client and currency that are issued, paid in full and not yet taken off elsewhere, worth no more than the
    invoice. Locks the documents by pk. Raises not_found, document.not_draft, document.changed, and at "deposits" deposit.kind,
    deposit.of_another, deposit.gone, deposit.unpaid, deposit.used, deposit.more_than_total. Publishes document.deposits_chosen.
    """
    wanted = set(deposits)
    rows = {
        row.uuid: row
        for row in lock_rows(Document.objects.for_company(company).filter(uuid__in=[document_uuid, *wanted]))
    }
    if document_uuid not in rows or wanted - rows.keys():
        raise BusinessError("not_found")
    final: Document = rows.pop(document_uuid)
    if final.state != DocumentState.DRAFT or final.kind != Kind.INVOICE:
        raise BusinessError("document.not_draft" if final.state != DocumentState.DRAFT else "deposit.kind")
    if revision is not None and final.revision != revision:
        raise BusinessError("document.changed")
    for row in rows.values():
        _check(final, row)
    total = sum([row.total for row in rows.values()], ZERO)
    if total > final.total:
        raise BusinessError("deposit.more_than_total", "deposits", total=final.total, currency=final.currency)
    held = {use.deposit_id: use for use in DepositUse.objects.filter(document=final)}
    _free(company, rows, held)
    gone = [use.pk for key, use in held.items() if key not in {row.pk for row in rows.values()}]
    DepositUse.objects.filter(pk__in=gone).delete()
    DepositUse.objects.bulk_create(
        DepositUse(company=company, document=final, deposit=row)
        for row in sorted(rows.values(), key=lambda row: row.pk)
        if row.pk not in held
    )
    final.prepaid, final.revision = total, final.revision + 1
    _recount(company, final, at)
    data = {"deposits": [str(key) for key in sorted(rows)], "prepaid": str(total)}
    publish(
        "document.deposits_chosen", company=company, subject=("document", final.uuid), data=data, actor=actor, at=at
    )
    return final


def _check(final: Document, deposit: Document) -> None:
    if deposit.kind != Kind.DEPOSIT:
        raise BusinessError("deposit.kind", "deposits")
    if (deposit.client_id, deposit.currency) != (final.client_id, final.currency):
        raise BusinessError("deposit.of_another", "deposits", number=deposit.number)
    if deposit.state != DocumentState.ISSUED or deposit.credited:
        raise BusinessError("deposit.gone", "deposits", number=deposit.number or "")
    if deposit.open_amount:
        raise BusinessError("deposit.unpaid", "deposits", number=deposit.number)


def _free(company: Company, rows: dict[uuid.UUID, Any], held: dict[int, Any]) -> None:
    """No other invoice takes one of them off. Their rows are locked, so nobody else chooses them meanwhile."""
    fresh = [row.pk for row in rows.values() if row.pk not in held]
    taken = DepositUse.objects.for_company(company).filter(deposit__in=fresh, is_live=True)
    if use := taken.select_related("deposit", "document").first():
        where = use.document.number or use.document.client.name
        raise BusinessError("deposit.used", "deposits", number=use.deposit.number, where=where)


def _recount(company: Company, final: Document, at: dt.datetime) -> None:
    """What is to pay changes with what is prepaid: cash rounding and tax withheld are counted anew."""
    final.save(update_fields=["prepaid", "revision"])
    today = local_date(at, company.time_zone)
    totals = read(company.pk, [final.pk], today).documents[final.pk].totals()
    final.rounding, final.withheld = totals.rounding, totals.withheld
    final.save(update_fields=["rounding", "withheld"])
