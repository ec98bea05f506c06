"""One customer's money asked for by many at once, by every verb that spends it: spent once (FAULTS 58)."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing.actions.prove import prove_company
from billing.models import Document
from invoicing_site import clock
from payments import wake
from payments.actions.allocate import Share, allocate
from payments.actions.learn import learn
from payments.actions.orders import order_refund
from payments.models import Allocation, Payment, RefundOrder
from tests.helpers.money import invoice
from tests.helpers.online import begin, connect, part, says
from tests.together import failures, together
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 32


@pytest.fixture
def acme(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(wake, "hand_over", lambda task, pk: None)
    world = make_world("acme")
    connect(world, monkeypatch)
    return world


def credit(world: Any) -> Payment:
    """30.00 a customer paid twice, online: nothing of it is applied."""
    document = invoice(world, "31.00")
    for attempt in (begin(world, document), begin(world, shares=[part(document, "30.00")])):
        ident = {"session_id": f"cs_{attempt.pk}", "intent_id": f"pi_{attempt.pk}"}
        paid = learn(attempt_pk=attempt.pk, outcome=says(attempt, "succeeded", **ident), at=clock.now()).payment
    assert paid is not None
    paid.refresh_from_db()
    assert paid.unapplied == Decimal("30.00")
    return paid


def test_one_credit_spent_by_allocations_and_refunds_at_once_is_spent_once(acme: Any) -> None:
    """32 ask for 10.00 of the same 30.00, half of them to pay an invoice and half to have it back: three get it."""
    paid, at = credit(acme), clock.now()
    apply: list[Any] = [
        partial(allocate, company=acme.company, payment_uuid=paid.uuid, shares=[Share(each.uuid, Decimal(10))], actor=None, at=at)
        for each in [invoice(acme, "10.00") for _ in range(RIVALS // 2)]
    ]  # fmt: skip
    back = partial(
        order_refund, company=acme.company, payment_uuid=paid.uuid, amount=Decimal(10), reason="x", actor=None, at=at
    )  # fmt: skip
    results = together([call for allocation in apply for call in (allocation, back)])
    assert {getattr(error, "code", error) for error in failures(results)} == {"allocation.too_much", "refund.too_much"}
    assert len(failures(results)) == RIVALS - 3
    applied, held = Allocation.objects.filter(payment=paid).count(), RefundOrder.objects.count()
    assert applied + held == 3
    assert Document.objects.filter(open_amount=0).count() == applied + 1
    paid.refresh_from_db()
    assert paid.unapplied == 10 * held  # on its way back, and nobody else's
    assert prove_company(company=acme.company, actor=None, at=at).differences == []


def test_one_credit_applied_to_one_document_by_many_is_applied_once(acme: Any) -> None:
    """32 clicks on the same button: the document is paid once and the rest of the credit stays."""
    paid, document = credit(acme), invoice(acme, "10.00")
    call = partial(
        allocate, company=acme.company, payment_uuid=paid.uuid, shares=[Share(document.uuid, Decimal(10))], actor=None, at=clock.now()
    )  # fmt: skip
    assert len(failures(together([call] * RIVALS))) == RIVALS - 1
    paid.refresh_from_db()
    document.refresh_from_db()
    assert (paid.unapplied, document.open_amount, Allocation.objects.filter(payment=paid).count()) == (20, 0, 1)
    assert prove_company(company=acme.company, actor=None, at=clock.now()).differences == []
