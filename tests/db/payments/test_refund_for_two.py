"""Giving money back above a threshold needs two people, once, whichever way it goes (SPEC A5; FAULTS 48)."""

from decimal import Decimal
from typing import Any

import pytest

from invoicing_site.actions.approval_policies import set_policy
from invoicing_site.actions.approvals import approve, ask
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.models import ApprovalRequest
from payments.actions.learn import learn
from payments.actions.orders import learn_refund, order_refund
from payments.actions.refund import record_refund
from payments.gateways.base import RefundOutcome
from payments.models import Payment, Refund, RefundOrder
from tests.helpers.money import payment
from tests.helpers.online import begin, says
from tests.helpers.paying import provider
from tests.world import AT, TODAY


@pytest.fixture(autouse=True)
def policy(world: Any) -> None:
    set_policy(company_id=world.company.pk, what="refund", threshold=Decimal(50), actor=world.owner, at=AT)


def give_back(world: Any, paid: Payment, amount: str) -> Refund:
    return record_refund(
        company=world.company, payment_uuid=paid.uuid, amount=Decimal(amount), refunded_on=TODAY, method="transfer",
        reason="Kulanz", actor=world.accountant, at=AT,
    )  # fmt: skip


def agreed(world: Any, needed: pytest.ExceptionInfo[ApprovalNeeded]) -> ApprovalRequest:
    row = ask(company=world.company, act=needed.value.act, actor=world.accountant, at=AT)  # type: ignore[arg-type]
    return approve(company=world.company, request_uuid=row.uuid, actor=world.owner, at=AT)


def test_a_refund_outside_uses_leave_for_its_payment_and_at_most_its_amount(world: Any) -> None:
    paid, other = payment(world, "200.00"), payment(world, "200.00")
    give_back(world, paid, "50.00")
    with pytest.raises(ApprovalNeeded) as needed:
        give_back(world, paid, "60.00")
    row = agreed(world, needed)
    for target, amount in ((paid, "60.01"), (other, "60.00")):
        with pytest.raises(ApprovalNeeded):
            give_back(world, target, amount)
    give_back(world, paid, "60.00")
    with pytest.raises(ApprovalNeeded):
        give_back(world, paid, "60.00")
    row.refresh_from_db()
    paid.refresh_from_db()
    assert (row.state, paid.unapplied, Refund.objects.count()) == ("used", Decimal("90.00"), 2)


def test_what_is_refused_anyhow_asks_for_nobody(world: Any) -> None:
    paid = payment(world, "100.00")
    with pytest.raises(BusinessError, match=r"refund\.too_much"):
        give_back(world, paid, "100.01")


def test_a_refund_by_the_provider_is_agreed_when_it_is_ordered(world: Any) -> None:
    provider(world)
    attempt = begin(world)
    paid = learn(attempt_pk=attempt.pk, outcome=says(attempt, "succeeded"), at=AT).payment
    assert paid is not None
    wanted: dict[str, Any] = {
        "company": world.company, "payment_uuid": paid.uuid, "amount": paid.amount, "reason": "Kulanz", "unapply": True,
        "actor": world.accountant, "at": AT,
    }  # fmt: skip
    with pytest.raises(ApprovalNeeded) as needed:
        order_refund(**wanted)
    assert RefundOrder.objects.count() == 0
    row = agreed(world, needed)
    order = order_refund(**wanted)
    outcome = RefundOutcome("succeeded", order.amount, order.currency, "re_1", attempt.intent_id)
    done = learn_refund(order_pk=order.pk, outcome=outcome, at=AT)
    row.refresh_from_db()
    assert (row.state, done.state, Refund.objects.get().amount) == ("used", "succeeded", paid.amount)
