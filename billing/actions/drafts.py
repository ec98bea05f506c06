"""Writing drafts: saved by difference, so that history shows what changed and rows keep their ids."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from billing.actions.checks_terms import check_terms
from billing.actions.notes import check_note
from billing.actions.propose import previewed, remember, settle
from billing.documents.original import read_corrected
from billing.documents.source import INPUTS, TEXTS
from billing.models import Allowance, Document, Instalment, Line, LineTax
from billing.reports.taxes import taxes_on
from billing.rules.credit_totals import count_draft
from billing.rules.draft import Draft, to_input
from billing.rules.totals import DocumentInput, Tax, Totals, compute
from billing.states import DocumentState, Kind
from billing.tax_engines import Answer
from clients.models import Client
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User

Taxes = dict[int, Tax]
HEADER = (
    "client_id", "currency", "language", "prices_include_tax", "issue_date", "supply_from", "supply_to", "valid_until",
    "bank_account_id", *TEXTS, *INPUTS,
)  # fmt: skip
# What a draft is and refers to from its first day on.
STANDS = ("kind", "prepaid", "corrects_id", "replaces_id", "follows_id", "reason_code", "reason")
FIGURES = (
    "lines_amount", "discounts", "charges", "net", "tax", "total", "rounding", "withheld", "calculation_version",
)  # fmt: skip
LINE_INPUTS = (
    "product_id", "sku", "description", "quantity", "unit", "unit_price", "discount_percent", "discount_amount", "account_id",
    "cost_center", "service_from", "service_to", "corrects_id",
)  # fmt: skip


def count(company: Company, draft: Draft, today: dt.date) -> Totals:
    """The figures of `draft`: the live preview and the stored draft call this and get the same cent.

    One query; where lines leave their tax to the rules, those of `previewed`.
    """
    return compute(input_of(company, draft, today))


def input_of(company: Company, draft: Draft, today: dt.date) -> DocumentInput:
    """What `count` counts."""
    draft, proposed = previewed(company, draft, today)
    return to_input(draft, taxes_on(company, draft.tax_point(today)) | proposed)


@action
def create_draft(
    *,
    company: Company,
    draft: Draft,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
    taxes: Answer | None = None,
) -> Document:
    """Store a new draft of any kind in the document's currency; it gets its number at issue. A draft keeps its kind.

    `taxes` is what `propose.answer_for` gave for the lines that leave their tax to the rules; without it our own decide.
    Raises BusinessError at the field for foreign, archived or impossible input. Publishes document.drafted.
    """
    _check(company, draft)
    document = Document(
        company=company, kind=draft.kind, base_currency=company.currency, created_by=actor, assignee=actor
    )
    _take(document, draft, taxes, actor, at)
    publish("document.drafted", company=company, subject=("document", document.uuid), actor=actor, at=at)
    return document


@action
def save_draft(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    draft: Draft,
    revision: int,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
    taxes: Answer | None = None,
) -> Document:
    """Replace the content of a draft that still is at `revision`. Locks the document. `taxes` as for `create_draft`.

    Raises document.not_draft, document.changed, and those of `create_draft`.
    """
    document = lock_draft(company, document_uuid, revision)
    draft = replace(draft, **{name: getattr(document, name) for name in STANDS})
    _check(company, draft, document)
    document.revision += 1
    _take(document, draft, taxes, actor, at)
    return document


@action
def recount_draft(*, document_id: int, draft: Draft, actor: User | None, at: dt.datetime) -> None:
    """Store a draft's figures anew, because a tax rate changed since it was saved. Locks the document."""
    document = lock_row(Document.objects.select_related("company").filter(pk=document_id, state=DocumentState.DRAFT))
    _fill(document, draft, local_date(at, document.company.time_zone))


@action
def delete_draft(
    *, company: Company, document_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Remove a draft; it never had a number, so no gap is left. Locks the document. Publishes document.deleted."""
    document = lock_draft(company, document_uuid, None)
    document.delete()
    publish("document.deleted", company=company, subject=("document", document_uuid), actor=actor, at=at)


def lock_draft(company: Company, document_uuid: uuid.UUID, revision: int | None) -> Document:
    document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    if document.state != DocumentState.DRAFT:
        raise BusinessError("document.not_draft")
    if revision is not None and document.revision != revision:
        raise BusinessError("document.changed")
    assert isinstance(document, Document)
    return document


def _check(company: Company, draft: Draft, document: Document | None = None) -> None:
    client = Client.objects.for_company(company).filter(pk=draft.client_id).first()
    if client is None:
        raise BusinessError("document.client_unknown", "client")
    if (
        document is not None
        and document.prepaid
        and (draft.client_id, draft.currency)
        != (
            document.client_id,
            document.currency,
        )
    ):
        raise BusinessError("document.prepaid_client", "client")
    if client.archived_at and (document is None or document.client_id != client.pk):
        raise BusinessError("document.client_archived", "client")
    if draft.supply_from and draft.supply_to and draft.supply_from > draft.supply_to:
        raise BusinessError("document.supply_order", "supply_to")
    for index, line in enumerate(draft.lines):
        if not line.description.strip():
            raise BusinessError("line.description", f"lines.{index}.description")
        if line.service_from and line.service_to and line.service_from > line.service_to:
            raise BusinessError("document.supply_order", f"lines.{index}.service_to")
    check_note(company, draft)


def _take(document: Document, draft: Draft, taxes: Answer | None, actor: User | None, at: dt.datetime) -> None:
    """Store what was typed, with a tax on each line that left it to the rules, and what decided."""
    today = local_date(at, document.company.time_zone)
    settled, engine = settle(document.company, draft, taxes, today, actor, at)
    document.tax_engine = engine or document.tax_engine
    _fill(document, settled, today)
    if engine:
        remember(document, draft, taxes, today, at)


def _fill(document: Document, draft: Draft, today: dt.date) -> None:
    taxes, totals = _counted(document.company, draft, today)
    for name in HEADER:
        setattr(document, name, getattr(draft, name))
    for name in FIGURES:
        setattr(document, name, getattr(totals, name))
    new = document.pk is None  # nothing of it is stored, so nothing is read to compare with
    check_terms(draft, totals, draft.issue_date or today)
    document.save()
    _save_lines(document, draft, taxes, totals, new=new)
    _save_allowances(document, draft, totals, new=new)
    _save_instalments(document, draft, new=new)


def _counted(company: Company, draft: Draft, today: dt.date) -> tuple[Taxes, Totals]:
    """The taxes on the lines, and the figures: of a credit note by what was billed, else by what is in force."""
    corrected = read_corrected(company, pk=draft.corrects_id) if draft.kind == Kind.CREDIT_NOTE else None
    if corrected is not None:
        return corrected.taxes, count_draft(corrected.billed, draft, corrected.taxes)
    taxes = taxes_on(company, draft.tax_point(today))
    return taxes, compute(to_input(draft, taxes))


def _save_lines(document: Document, draft: Draft, taxes: Taxes, totals: Totals, *, new: bool) -> None:
    """Five statements whatever the number of lines: read, delete, update, insert, and the taxes; of a new one only inserts."""
    stored = {} if new else {line.pk: line for line in Line.objects.filter(document=document)}
    kept = {line.id for line in draft.lines if line.id in stored}
    if stored.keys() - kept:
        Line.objects.filter(pk__in=stored.keys() - kept).delete()
    fresh, changed, lines = [], [], []
    for position, (typed, figures) in enumerate(zip(draft.lines, totals.lines, strict=True), start=1):
        row = stored.get(typed.id or 0) or Line(company_id=document.company_id, document=document)
        before = _state(row)
        row.position = position
        for name in LINE_INPUTS:
            setattr(row, name, getattr(typed, name))
        row.gross, row.discount, row.amount, row.net = figures.gross, figures.discount, figures.amount, figures.net
        if row.pk is None:
            fresh.append(row)
        elif _state(row) != before:
            changed.append(row)
        lines.append(row)
    Line.objects.bulk_create(fresh)
    if changed:
        Line.objects.bulk_update(changed, [*LINE_INPUTS_FIELDS, "position", "gross", "discount", "amount", "net"], 500)
    _save_taxes(document, lines, draft, taxes, totals, known=bool(kept))


LINE_INPUTS_FIELDS = [name.removesuffix("_id") for name in LINE_INPUTS]


def _state(row: Line) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in (*LINE_INPUTS, "position", "gross", "discount", "amount", "net"))


def _save_taxes(
    document: Document, rows: list[Line], draft: Draft, taxes: Taxes, totals: Totals, *, known: bool
) -> None:
    """`known` says that some of `rows` were stored before; only those have taxes already."""
    wanted: dict[tuple[int, int], tuple[int, Any]] = {}
    for row, line, figures in zip(rows, draft.lines, totals.lines, strict=True):
        by_code = {part.code: part for part in figures.taxes}
        for position, code_id in enumerate(line.tax_codes, start=1):
            wanted[row.pk, code_id] = (position, by_code[taxes[code_id].code])
    found = LineTax.objects.filter(document=document) if known else ()
    stored = {(tax.line_id, tax.tax_code_id): tax for tax in found}
    gone = [tax.pk for key, tax in stored.items() if key not in wanted]
    if gone:
        LineTax.objects.filter(pk__in=gone).delete()
    new, changed = [], []
    for key, (position, part) in wanted.items():
        tax = stored.get(key) or LineTax(
            company_id=document.company_id, document=document, line_id=key[0], tax_code_id=key[1]
        )
        figures_of = (position, part.rate, part.base, part.amount)
        if tax.pk is None:
            new.append(tax)
        elif (tax.position, tax.rate, tax.base, tax.amount) != figures_of:
            changed.append(tax)
        tax.position, tax.rate, tax.base, tax.amount = figures_of
    LineTax.objects.bulk_create(new)
    if changed:
        LineTax.objects.bulk_update(changed, ["position", "rate", "base", "amount"], 500)


def _save_allowances(document: Document, draft: Draft, totals: Totals, *, new: bool) -> None:
    stored = [] if new else list(Allowance.objects.filter(document=document).order_by("position", "pk"))
    for row in stored[len(draft.allowances) :]:
        row.delete()
    for position, (typed, figures) in enumerate(zip(draft.allowances, totals.allowances, strict=True), start=1):
        row = (
            stored[position - 1]
            if position <= len(stored)
            else Allowance(company_id=document.company_id, document=document)
        )
        row.position, row.is_charge, row.description = position, typed.is_charge, typed.description
        row.percent, row.fixed_amount, row.amount = typed.percent, typed.amount, figures.amount
        row.save()


def _save_instalments(document: Document, draft: Draft, *, new: bool) -> None:
    stored = [] if new else list(Instalment.objects.filter(document=document))
    if [(row.percent, row.amount, row.days) for row in stored] == [
        (part.percent, part.amount, part.days) for part in draft.instalments
    ]:
        return
    for row in stored:
        row.delete()
    Instalment.objects.bulk_create(
        Instalment(
            company_id=document.company_id,
            document=document,
            position=position,
            percent=part.percent,
            amount=part.amount,
            days=part.days,
        )
        for position, part in enumerate(draft.instalments, start=1)
    )
