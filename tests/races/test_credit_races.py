"""Many correct, pay and void the same documents at once: never more credited than billed (FAULTS 20, 22; I1–I7)."""

import random
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError

from billing.actions import notes
from billing.actions.client_credit import apply_credit, unapply_credit
from billing.actions.credit import cancel, draft_credit
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.void import void
from billing.actions.write_off import recover_write_off, write_off
from billing.models import Document, Settlement
from invoicing_site.errors import BusinessError
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.actions.refund_credit import record_credit_refund
from payments.models import Allocation, Payment
from tests.helpers.money import payment
from tests.helpers.notes import billed, chosen, fresh, note_draft, series
from tests.together import failures, size, together
from tests.world import AT, TODAY, make_world

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


@pytest.fixture
def acme(transactional_db: None) -> Any:
    world = make_world("acme")
    series(world)
    return world


def by(world: Any) -> dict[str, Any]:
    return {"company": world.company, "actor": None, "at": AT}


def proven(world: Any) -> None:
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def drafts(world: Any, document: Document, count: int) -> list[Any]:
    return [note_draft(world, document, chosen(document, 1, amount="23.78")) for _ in range(count)]


def test_partial_notes_at_once_never_exceed_the_invoice(acme: Any) -> None:
    document = billed(acme)
    rivals = size(16, 64)
    calls = [partial(issue, document_uuid=draft.uuid, **by(acme)) for draft in drafts(acme, document, rivals)]
    lost = failures(together(calls))
    assert {getattr(error, "code", error) for error in lost} == {"credit.beyond_line"}
    issued = Document.objects.filter(kind="credit_note", state="issued")
    assert (issued.count(), len(lost)) == (9, rivals - 9)
    assert fresh(document).credited == sum(note.total for note in issued)
    last = draft_credit(document_uuid=document.uuid, reason_code="goodwill", **by(acme))
    issue(document_uuid=last.uuid, **by(acme))
    document = fresh(document)
    assert (document.credited, document.open_amount) == (document.total, 0)
    assert sum(note.tax for note in issued.all()) == document.tax
    proven(acme)


def test_without_the_lock_the_database_still_refuses(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: notes counted from the same rest are real. The guard refuses what is beyond the invoice; their cents are off."""
    document = billed(acme)
    calls = [partial(issue, document_uuid=draft.uuid, **by(acme)) for draft in drafts(acme, document, 14)]
    monkeypatch.setattr(notes, "lock_rows", lambda rows: list(rows))
    lost = failures(together(calls))
    assert any(isinstance(error, DatabaseError) for error in lost)
    document = fresh(document)
    assert document.credited <= document.total
    found = {row["check"] for row in prove_company(company=acme.company, actor=None, at=AT).differences}
    assert found <= {"recount", "snapshot"}


def test_the_same_credit_is_used_once(acme: Any) -> None:
    document = billed(acme)
    payment(acme, "310.32", Share(document.uuid, D("310.32")))
    note = cancel(document_uuid=document.uuid, **by(acme))
    others = [billed(acme) for _ in range(3)]
    calls: list[Any] = [
        partial(apply_credit, note_uuid=note.uuid, document_uuid=other.uuid, amount=D("310.32"), **by(acme))
        for other in others
    ]
    paid = {"amount": D("310.32"), "refunded_on": TODAY, "method": "transfer", "reason": "x"}
    calls += [partial(record_credit_refund, note_uuid=note.uuid, **paid, **by(acme)) for _ in range(3)]
    assert len(failures(together(calls))) == 5
    assert fresh(note).open_amount == 0
    proven(acme)


def test_credit_pay_void_and_write_off_in_any_order_keep_the_books(acme: Any) -> None:
    chance = random.Random(11)
    documents = [billed(acme) for _ in range(4)]
    monies = [payment(acme, "250.00") for _ in range(3)]

    def work(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(size(12, 200)):
            try:
                _step(acme, own, documents, monies)
            except BusinessError:
                continue

    assert failures(together([partial(work, chance.randrange(1000)) for _ in range(4)])) == []
    proven(acme)


def _step(world: Any, chance: random.Random, documents: list[Document], monies: list[Payment]) -> None:
    document = chance.choice(documents)
    what = chance.choice(["credit", "credit", "void", "pay", "unpay", "write_off", "recover", "apply", "unapply"])
    if what == "credit":
        amount = D(chance.choice(["10.00", "77.77"]))
        draft = draft_credit(document_uuid=document.uuid, amount=amount, reason_code="goodwill", **by(world))
        issue(document_uuid=draft.uuid, **by(world))
    elif what == "void":
        note = Document.objects.filter(kind="credit_note", state="issued").order_by("?").first()
        void(document_uuid=note.uuid if note else document.uuid, reason="x", **by(world))
    elif what == "pay":
        shares = [Share(each.uuid, D("33.33")) for each in chance.sample(documents, 2)]
        allocate(payment_uuid=chance.choice(monies).uuid, shares=shares, **by(world))
    elif what == "unpay":
        found = Allocation.objects.filter(reverses=None, reversed_by=None).order_by("?").first()
        if found:
            undo_allocation(allocation_uuid=found.uuid, **by(world))
    elif what == "write_off":
        write_off(document_uuid=document.uuid, amount=D("5.55"), tax_relief=True, reason="x", **by(world))
    elif what == "apply":
        note = Document.objects.filter(kind="credit_note", state="issued", open_amount__gt=0).order_by("?").first()
        if note:
            apply_credit(
                note_uuid=note.uuid, document_uuid=document.uuid, amount=min(note.open_amount, D(3)), **by(world)
            )
    else:
        kind = "write_off" if what == "recover" else "credit"
        row = Settlement.objects.filter(kind=kind, reverses=None, reversed_by=None).order_by("?").first()
        if row:
            verb: Any = recover_write_off if what == "recover" else unapply_credit
            verb(settlement_uuid=row.uuid, **by(world))
