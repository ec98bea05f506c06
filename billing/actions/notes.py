"""What the verbs of credit notes share: whom a note may correct, and moving its credit to a document and back.

Called inside verbs that hold the locks of both documents.
"""

import datetime as dt
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.actions.settle import settle, unsettle
from billing.documents.original import read_corrected
from billing.documents.source import Sources
from billing.models import Document, Settlement
from billing.rules import posting
from billing.rules.draft import Draft
from billing.states import DEMANDS, NOTES, DocumentState, Kind, Reason, SettlementKind
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_period, lock_row, lock_rows
from invoicing_site.models import Company, User

# What a note keeps of the document it corrects.
KEPT = ("client_id", "currency", "prices_include_tax", "tax_rounding")


def check_note(company: Company, draft: Draft) -> None:
    """Judge the draft of a note by what it corrects; other kinds pass. One statement for a note.

    Raises credit.not_issued, credit.not_the_same, credit.reason_code, credit.reason.
    """
    if draft.kind not in NOTES:
        return
    found = read_corrected(company, pk=draft.corrects_id) if draft.corrects_id else None
    if found is None or found.document["state"] != DocumentState.ISSUED or found.document["kind"] not in DEMANDS:
        raise BusinessError("credit.not_issued")
    kept = KEPT if draft.kind == Kind.CREDIT_NOTE else KEPT[:2]
    if any(found.document[name] != getattr(draft, name) for name in kept):
        raise BusinessError("credit.not_the_same")
    if draft.reason_code not in Reason.values:
        raise BusinessError("credit.reason_code", "reason_code")
    if draft.reason_code == Reason.OTHER and not draft.reason.strip():
        raise BusinessError("credit.reason", "reason")


def hold_originals(company: Company, sources: Sources) -> bool:
    """Whether there are drafts of credit notes in `sources`; they and what they correct are locked then, and must be read anew.

    Locks period (shared) → documents by pk.
    """
    notes = [row for row in sources.documents.values() if row.original and row.document["state"] == DocumentState.DRAFT]
    if not notes:
        return False
    lock_period(company)
    ids = [key for row in notes for key in (row.document["id"], row.document["corrects_id"])]
    lock_rows(Document.objects.for_company(company).filter(pk__in=ids))
    return True


def settle_note(company: Company, note_id: int, *, actor: User | None, at: dt.datetime) -> Document:
    """What issuing a credit note does to the document it corrects: counts it there and lowers what that has open.

    Books on the note's own date. Publishes document.credited, credit.applied.
    """
    note = Document.objects.get(pk=note_id)
    original = Document.objects.get(pk=note.corrects_id or 0)
    original.credited += note.total
    original.save(update_fields=["credited"])
    subject, data = ("document", original.uuid), {"note": str(note.uuid), "number": note.number}
    publish(
        "document.credited",
        company=company,
        subject=subject,
        data=data | {"amount": str(note.total), "currency": note.currency, "credited": str(original.credited)},
        actor=actor,
        at=at,
    )
    amount = min(original.open_amount, note.open_amount)
    if amount:
        assert note.issue_date is not None
        move_credit(company, note, original, amount, on=note.issue_date, actor=actor, at=at)
    return note


def move_credit(
    company: Company,
    note: Document,
    target: Document,
    amount: Decimal,
    *,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Settlement:
    """Use `amount` of what `note` has open to lower what `target` has: a pair of rows. Publishes credit.applied."""
    used = settle(note, SettlementKind.APPLIED, amount, on=on, actor=actor)
    credit = settle(target, SettlementKind.CREDIT, amount, on=on, actor=actor, counterpart=used)
    book(
        company,
        ("settlement", credit.uuid),
        "apply",
        posting.applied(note.currency, used.base_amount, credit.base_amount, company.currency),
        client_id=note.client_id,
        booked_on=on,
        value_on=on,
    )
    _tell("credit.applied", company, note, target, amount, actor, at)
    return credit


def move_back(
    company: Company,
    credit: Settlement,
    note: Document,
    target: Document,
    *,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Settlement:
    """Undo `move_credit` by an inverse pair. Raises allocation.undone. Publishes credit.unapplied."""
    assert credit.counterpart is not None
    used = unsettle(credit.counterpart, note, on=on, actor=actor, reason=reason)
    back = unsettle(credit, target, on=on, actor=actor, reason=reason, counterpart=used)
    reverse(company, ("settlement", credit.uuid, "apply"), ("settlement", back.uuid), "undo", on=on)
    _tell("credit.unapplied", company, note, target, credit.amount, actor, at)
    return back


def withdraw_note(company: Company, note: Document, *, actor: User | None, at: dt.datetime, reason: str) -> None:
    """Before a note is voided: give back what it took of the document it corrects, so that both stand as before it.

    `note` is locked; locks what it corrects. Raises credit.later_note. Publishes credit.unapplied.
    """
    original = lock_row(Document.objects.for_company(company).filter(pk=note.corrects_id))
    later = Document.objects.filter(corrects=original, kind=Kind.CREDIT_NOTE, state=DocumentState.ISSUED)
    if later.filter(snapshot__pk__gt=note.snapshot.pk).exists():
        raise BusinessError("credit.later_note")
    live = Settlement.objects.filter(
        document=original, counterpart__document=note, reverses=None, reversed_by=None
    ).select_related("counterpart")
    for credit in live:
        assert note.issue_date is not None
        move_back(company, credit, note, original, on=note.issue_date, actor=actor, at=at, reason=reason)
    original.credited -= note.total
    original.save(update_fields=["credited"])


def _tell(
    type: str, company: Company, note: Document, target: Document, amount: Decimal, actor: User | None, at: dt.datetime
) -> None:
    """On the timelines of both."""
    for subject, other in ((target, note), (note, target)):
        publish(
            type,
            company=company,
            subject=("document", subject.uuid),
            data={
                "other": str(other.uuid),
                "number": other.number,
                "amount": str(amount),
                "currency": note.currency,
                "open": str(subject.open_amount),
            },
            actor=actor,
            at=at,
        )
