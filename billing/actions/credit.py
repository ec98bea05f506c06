"""Correcting an issued document by a further one: credit notes, cancelling, reissue, debit notes (SPEC B10, B11)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.documents.original import Corrected, read_corrected
from billing.documents.source import Source, read
from billing.models import Document
from billing.rules import credit
from billing.rules.credit import Choice, Taken
from billing.rules.draft import Draft, DraftLine
from billing.states import DocumentState, Kind, Reason
from invoicing_site.action import action
from invoicing_site.actions.approvals import demand
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.models import Company, User
from invoicing_site.money import ZERO, convert, quantum
from invoicing_site.states import Gated

CANCEL = "cancel"


@action
def draft_credit(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    reason_code: str,
    reason: str = "",
    lines: Sequence[Choice] = (),
    amount: Decimal | None = None,
    actor: User | None,
    at: dt.datetime,
) -> Document:
    """Draft a credit note: over `lines`, or `amount` (document currency, in the terms of its prices) over all, or all that is left.

    It keeps currency, taxes, language and exchange rate of the document. What it takes is judged now and again at issue, under
    the document's lock. Raises not_found, credit.not_issued, credit.reason_code, credit.reason, and those of `rules.credit`. Publishes
    document.drafted.
    """
    source, corrected = _read(company, document_uuid, at)
    if amount is not None:
        taken = credit.by_amount(corrected.billed, amount)
    else:
        taken = credit.by_line(corrected.billed, lines) if lines else credit.rest(corrected.billed)
    draft = _note(source, corrected, taken, reason_code, reason.strip(), local_date(at, company.time_zone))
    return create_draft(company=company, draft=draft, actor=actor, at=at)


@action
def cancel(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    reason: str = "",
    actor: User | None,
    at: dt.datetime,
) -> Document:
    """Cancel an issued document by a credit note over all that is left of it, issued at once; what was paid becomes client credit.

    Locks and raises as `draft_credit` and `issue` do; above the company's threshold ApprovalNeeded, and nothing is written. Publishes
    document.cancelled beside theirs.
    """
    note = draft_credit(
        company=company, document_uuid=document_uuid, reason_code=Reason.CANCELLED, reason=reason, actor=actor, at=at
    )
    # The note is gone again where leave is missing, so leave is for the document, whatever is left of it then.
    original = Document.objects.for_company(company).get(uuid=document_uuid)
    demand(
        company=company,
        what=Gated.CREDIT_NOTE,
        subject=("document", original.uuid),
        amount_base=convert(note.total, original.fx_rate, company.currency),
        content=CANCEL,
        actor=actor,
        at=at,
    )
    issued = issue(company=company, document_uuid=note.uuid, agreed=True, actor=actor, at=at)
    publish(
        "document.cancelled",
        company=company,
        subject=("document", document_uuid),
        data={"note": str(issued.uuid), "number": issued.number},
        actor=actor,
        at=at,
    )
    return issued


@action
def reissue(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    reason: str = "",
    actor: User | None,
    at: dt.datetime,
) -> Document:
    """Cancel a document and draft it anew, linked both ways: the new one says what it replaces. Gives the draft.

    Where it was cancelled before, only the draft is made. Locks, raises and publishes as `cancel` does, and document.drafted.
    """
    found = Document.objects.for_company(company).filter(uuid=document_uuid).first()
    if found is None:
        raise BusinessError("not_found")
    if found.kind == Kind.CREDIT_NOTE or found.state != DocumentState.ISSUED:
        raise BusinessError("credit.not_issued")
    if found.credited < found.total:
        cancel(company=company, document_uuid=document_uuid, reason=reason, actor=actor, at=at)
    sources = read(company.pk, [found.pk], local_date(at, company.time_zone))
    draft = sources.documents[found.pk].draft()
    fresh = replace(
        draft,
        lines=tuple(replace(line, id=None) for line in draft.lines),
        issue_date=None,
        replaces_id=found.pk,
        prepaid=ZERO,
    )
    return create_draft(company=company, draft=fresh, actor=actor, at=at)


@action
def draft_debit(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    description: str,
    amount: Decimal,
    reason_code: str,
    reason: str = "",
    actor: User | None,
    at: dt.datetime,
) -> Document:
    """Draft a debit note: `amount` (document currency, in the terms of its prices) more for what was billed, taxed as its first line.

    From then on it is edited, counted and booked like an invoice. Raises not_found, credit.not_issued, credit.reason_code, credit.reason,
    credit.amount, line.description. Publishes document.drafted.
    """
    source, corrected = _read(company, document_uuid, at)
    document = source.draft()
    if not amount.is_finite() or amount <= 0:
        raise BusinessError("credit.amount", "amount", unit=quantum(document.currency))
    first = document.lines[0] if document.lines else None
    line = DraftLine(
        description,
        Decimal(1),
        amount,
        tax_codes=first.tax_codes if first else (),
        account_id=first.account_id if first else None,
    )
    draft = replace(
        document,
        kind=Kind.DEBIT_NOTE,
        lines=(line,),
        **_NOT_TAKEN_OVER,
        corrects_id=corrected.document["id"],
        reason_code=reason_code,
        reason=reason.strip(),
    )
    return create_draft(company=company, draft=draft, actor=actor, at=at)


# What a note has none of, or its own.
_NOT_TAKEN_OVER: dict[str, Any] = {
    "allowances": (), "issue_date": None, "replaces_id": None, "follows_id": None, "valid_until": None, "external_number": "",
    "instalments": (), "prepaid": ZERO, "introduction": "", "notes": "",
}  # fmt: skip


def _read(company: Company, document_uuid: uuid.UUID, at: dt.datetime) -> tuple[Source, Corrected]:
    found = read_corrected(company, uuid=document_uuid)
    if found is None:
        raise BusinessError("not_found")
    if found.document["state"] != DocumentState.ISSUED or found.document["kind"] == Kind.CREDIT_NOTE:
        raise BusinessError("credit.not_issued")
    sources = read(company.pk, [found.document["id"]], local_date(at, company.time_zone))
    return sources.documents[found.document["id"]], found


def _note(
    source: Source, corrected: Corrected, taken: Sequence[Taken], reason_code: str, reason: str, today: dt.date
) -> Draft:
    typed = source.draft()
    by_id = {line.id: line for line in typed.lines}
    lines = tuple(
        replace(
            by_id[one.line.id],
            id=None,
            quantity=one.quantity,
            unit=one.unit,
            unit_price=one.unit_price,
            discount_percent=ZERO,
            discount_amount=one.discount,
            corrects_id=one.line.id,
        )
        for one in taken
    )
    return replace(
        typed,
        kind=Kind.CREDIT_NOTE,
        lines=lines,
        **_NOT_TAKEN_OVER,
        # The law taxes the correction as it taxed the supply (Art. 90 and 219 of Directive 2006/112/EC).
        supply_to=typed.supply_to or typed.supply_from or source.date("issue_date") or today,
        corrects_id=corrected.document["id"],
        reason_code=reason_code,
        reason=reason,
        discount_percent=ZERO,
        discount_days=0,
    )
