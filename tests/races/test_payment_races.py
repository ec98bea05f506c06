"""Two people use the same money at once: never more than there is (FAULTS 8, 21; invariants I3, I4)."""

import random
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.void import void
from billing.models import Document
from billing.rules.draft import Draft, DraftLine
from invoicing_site import locks
from invoicing_site.errors import BusinessError
from payments.actions import allocate as verbs
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.actions.receive import Receipt, record_payment
from payments.actions.refund import record_refund
from payments.models import Allocation, Payment
from tests.together import failures, size, together
from tests.world import AT, TODAY, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


def invoices(world: Any, count: int, amount: str = "100.00") -> list[Document]:
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(amount)),))
    made = [create_draft(company=world.company, draft=draft, actor=None, at=AT) for _ in range(count)]
    return [issue(company=world.company, document_uuid=each.uuid, actor=None, at=AT) for each in made]


def payment(world: Any, amount: str) -> Payment:
    receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", Decimal(amount))
    return record_payment(company=world.company, receipt=receipt, actor=None, at=AT)


def test_many_allocators_of_one_payment_stay_within_it(acme: Any) -> None:
    rivals = size(8, 32)
    money = payment(acme, "250.00")
    calls = [
        partial(
            allocate,
            company=acme.company,
            payment_uuid=money.uuid,
            shares=[Share(document.uuid, Decimal(100))],
            actor=None,
            at=AT,
        )
        for document in invoices(acme, rivals)
    ]
    lost = failures(together(calls))
    assert {getattr(error, "code", error) for error in lost} == {"allocation.too_much"}
    assert len(lost) == rivals - 2
    assert Payment.objects.get().unapplied == Decimal(50)
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []


def test_many_payments_of_one_document_never_overpay_it(acme: Any) -> None:
    (document,) = invoices(acme, 1)
    calls = [
        partial(
            allocate,
            company=acme.company,
            payment_uuid=payment(acme, "60.00").uuid,
            shares=[Share(document.uuid, Decimal(60))],
            actor=None,
            at=AT,
        )
        for _ in range(size(6, 32))
    ]
    assert len(failures(together(calls))) == len(calls) - 1
    document.refresh_from_db()
    assert document.open_amount == Decimal(40)


def test_without_locks_the_database_still_refuses(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the verbs' row locks off the race is real, and the tally catches it at commit."""
    unlocked = lambda queryset, *args, **kwargs: list(queryset.order_by("pk"))  # noqa: E731
    monkeypatch.setattr(locks, "lock_rows", unlocked)
    monkeypatch.setattr(verbs, "lock_rows", unlocked)
    money = payment(acme, "250.00")
    calls = [
        partial(
            allocate,
            company=acme.company,
            payment_uuid=money.uuid,
            shares=[Share(each.uuid, Decimal(50))],
            actor=None,
            at=AT,
        )
        for each in invoices(acme, 8)
    ]
    lost = failures(together(calls))
    assert any(isinstance(error, DatabaseError) for error in lost)
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []


def test_refund_against_allocation_uses_the_money_once(acme: Any) -> None:
    for document in invoices(acme, size(10, 300)):
        money = payment(acme, "100.00")
        refund = partial(
            record_refund,
            company=acme.company,
            payment_uuid=money.uuid,
            amount=Decimal(100),
            refunded_on=TODAY,
            method="transfer",
            reason="paid twice",
            actor=None,
            at=AT,
        )
        apply = partial(
            allocate,
            company=acme.company,
            payment_uuid=money.uuid,
            shares=[Share(document.uuid, Decimal(100))],
            actor=None,
            at=AT,
        )
        assert len(failures(together([refund, apply]))) == 1
        money.refresh_from_db()
        assert money.unapplied == 0
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []


def test_pay_undo_and_void_in_any_order_keep_the_books(acme: Any) -> None:
    chance = random.Random(7)
    documents = invoices(acme, 6)
    monies = [payment(acme, "150.00") for _ in range(4)]

    def work(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(size(12, 200)):
            try:
                _step(acme, own, documents, monies)
            except BusinessError:
                continue

    assert failures(together([partial(work, chance.randrange(1000)) for _ in range(4)])) == []
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []


def _step(world: Any, chance: random.Random, documents: list[Document], monies: list[Payment]) -> None:
    what = chance.choice(["allocate", "allocate", "undo", "void"])
    document = chance.choice(documents)
    if what == "allocate":
        picked = chance.sample(documents, 2)  # both orders: deadlock-prone unless locks are taken by key
        allocate(
            company=world.company,
            payment_uuid=chance.choice(monies).uuid,
            shares=[Share(each.uuid, Decimal(chance.choice(["10.00", "33.33"]))) for each in picked],
            actor=None,
            at=AT,
        )
    elif what == "undo":
        found = Allocation.objects.filter(reverses=None, reversed_by=None).order_by("?").first()
        if found:
            undo_allocation(company=world.company, allocation_uuid=found.uuid, actor=None, at=AT)
    elif chance.random() < 0.1:
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=None, at=AT)
