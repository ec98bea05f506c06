"""The same message, click or refund at the same moment: booked once, opened once, never more than came in (FAULTS 33, I4, I9)."""

import time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing.actions.prove import prove_company
from billing.actions.void import void
from invoicing_site import clock, locks
from invoicing_site.errors import BusinessError
from payments import wake
from payments.actions import orders
from payments.actions.inbox import take_in, work
from payments.actions.learn import learn
from payments.actions.orders import order_refund
from payments.gateways import gateway
from payments.models import Attempt, GatewayAccount, InboxEvent, Payment, RefundOrder
from tests.helpers.money import invoice
from tests.helpers.online import begin, connect, event, part, says, session, signed
from tests.together import failures, size, together
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(wake, "hand_over", lambda task, pk: None)
    world = make_world("acme")
    connect(world, monkeypatch)
    return world


def sound(world: Any) -> None:
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


def test_one_message_delivered_by_many_at_once(acme: Any) -> None:
    account = GatewayAccount.objects.get()
    body = event("checkout.session.completed", session(begin(acme)))
    told = gateway(account).read_event(body, signed(body))
    kept = together([partial(take_in, account=account, told=told, actor=None, at=clock.now())] * size(16, 64))
    assert failures(kept) == []
    assert len([row for row in kept if row is not None]) == InboxEvent.objects.count() == 1
    row = InboxEvent.objects.get()
    states = together([partial(work, event_pk=row.pk, at=clock.now())] * size(8, 32))
    assert sorted(map(str, states)) == ["None"] * (len(states) - 1) + ["done"]
    assert Payment.objects.count() == 1
    sound(acme)


def test_webhook_and_poll_learn_at_once(acme: Any) -> None:
    attempt = begin(acme)
    outcome = says(attempt, "succeeded")
    learned = together([partial(learn, attempt_pk=attempt.pk, outcome=outcome, at=clock.now())] * size(8, 32))
    assert failures(learned) == []
    assert {row.payment_id for row in learned} == {Payment.objects.get().pk}
    sound(acme)


def test_attempts_of_the_same_documents_paid_at_once_share_what_is_open(acme: Any) -> None:
    first, second = invoice(acme, "30.00"), invoice(acme, "30.00")
    tries = [
        begin(acme, shares=[part(a, f"{n}.00"), part(b, "30.00")])
        for n in (1, 2, 3)
        for a, b in ((first, second), (second, first))
    ]
    calls = [
        partial(learn, attempt_pk=t.pk, outcome=says(t, "succeeded", session_id=f"cs_{t.pk}", intent_id=f"pi_{t.pk}"), at=clock.now())
        for t in tries
    ]  # fmt: skip
    assert failures(together(calls)) == []
    assert sum(Payment.objects.values_list("unapplied", flat=True)) == sum(t.amount for t in tries) - 60
    sound(acme)


def test_two_clicks_make_one_attempt(acme: Any) -> None:
    document = invoice(acme)
    started = together([partial(begin, acme, document)] * size(8, 32))
    assert failures(started) == []
    assert {row.pk for row in started} == {Attempt.objects.get().pk}


def a_credit(world: Any, amount: str) -> Payment:
    document = invoice(world, amount)
    twin = [begin(world, document), begin(world, shares=[part(document, str(Decimal(amount) - 1))])]
    for each in twin:
        ident = {"session_id": f"cs_{each.pk}", "intent_id": f"pi_{each.pk}"}
        paid = learn(attempt_pk=each.pk, outcome=says(each, "succeeded", **ident), at=clock.now()).payment
    assert paid is not None
    return paid


def refunds(world: Any, paid: Payment, rivals: int) -> list[Any]:
    call = partial(
        order_refund, company=world.company, payment_uuid=paid.uuid, amount=Decimal("10.00"), reason="x", actor=None, at=clock.now()
    )  # fmt: skip
    return together([call] * rivals)


def test_refunds_at_once_never_exceed_the_payment(acme: Any) -> None:
    paid = a_credit(acme, "46.00")  # 45.00 of it is credit
    lost = failures(refunds(acme, paid, 32))
    assert {getattr(error, "code", error) for error in lost} == {"refund.too_much"}
    assert sum(RefundOrder.objects.values_list("amount", flat=True)) == Decimal(40)
    sound(acme)


def test_without_the_lock_refunds_exceed_the_payment(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the race is real, and the lock is what holds."""
    paid = a_credit(acme, "46.00")

    def unlocked(queryset: Any, code: str = "not_found", **params: Any) -> Any:

        found = queryset.get()
        time.sleep(0.3)
        return found

    monkeypatch.setattr(orders, "lock_row", unlocked)
    assert locks.lock_row is not unlocked
    refunds(acme, paid, 12)
    assert sum(RefundOrder.objects.values_list("amount", flat=True)) > paid.amount


def test_a_document_is_voided_or_being_paid_never_both(acme: Any) -> None:
    for _round in range(size(4, 30)):
        document = invoice(acme)
        the: dict[str, Any] = {"company": acme.company, "document_uuid": document.uuid, "reason": "typo", "actor": None}
        voided, begun = together([partial(void, at=clock.now(), **the), partial(begin, acme, document)])
        if isinstance(begun, Attempt):
            assert isinstance(voided, BusinessError)
            assert voided.code == "document.being_paid"
        else:
            assert (voided.state, begun.code) == ("void", "attempt.settled")
