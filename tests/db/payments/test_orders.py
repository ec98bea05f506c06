"""Refunds through the provider: held while they are on their way, recorded when they went, given back when they failed."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.conf import settings

from billing.actions.prove import prove_company
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from payments.actions.allocate import allocate
from payments.actions.attempts import ask, open_attempt
from payments.actions.learn import learn
from payments.actions.orders import learn_refund, order_refund, place_order
from payments.actions.poll import poll
from payments.actions.refund import record_refund, undo_refund
from payments.gateways.base import RefundOutcome
from payments.models import Payment, Refund, RefundOrder
from tests.db.payments.test_money_received import balances
from tests.helpers.money import invoice, payment
from tests.helpers.online import KEY, SECRET, begin, connect, part, says
from tests.helpers.sandbox import SandboxProcess, sandbox_process


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process(KEY, SECRET) as process:
        yield process


@pytest.fixture(autouse=True)
def connected(world: Any, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess) -> None:
    monkeypatch.setattr(settings, "STRIPE_API_BASE", sandbox.url)
    sandbox.control("calm")
    connect(world, monkeypatch)


def a_credit(world: Any, amount: str = "100.00") -> Payment:
    """An online payment with nothing of it applied, that no provider knows of."""
    document = invoice(world, amount)
    attempt = begin(world, document)
    settled = begin(world, shares=[part(document, "1.00")])
    learn(
        attempt_pk=settled.pk, outcome=says(settled, "succeeded", session_id="cs_0", intent_id="pi_0"), at=clock.now()
    )
    paid = learn(attempt_pk=attempt.pk, outcome=says(attempt, "succeeded"), at=clock.now()).payment
    assert paid is not None
    return paid


def paid_at(world: Any, sandbox: SandboxProcess, *amounts: str) -> Payment:
    documents = [invoice(world, amount) for amount in amounts]
    opened = open_attempt(attempt_uuid=begin(world, *documents).uuid, at=clock.now())
    sandbox.act("pay", opened.session_id)
    ask(attempt_pk=opened.pk, at=clock.now())
    return Payment.objects.get()


def order(world: Any, paid: Payment, amount: str, **more: Any) -> RefundOrder:
    return order_refund(
        company=world.company, payment_uuid=paid.uuid, amount=Decimal(amount), reason="paid twice", actor=world.owner,
        at=clock.now(), **more,
    )  # fmt: skip


def says_of(order: RefundOrder, state: str, **more: Any) -> RefundOutcome:
    given: dict[str, Any] = {"refund_id": f"re_{order.pk}", "intent_id": order.attempt.intent_id}
    return RefundOutcome(state, order.amount, order.currency, **(given | more))


def test_unapply_and_refund_in_one_step(world: Any, sandbox: SandboxProcess) -> None:
    paid = paid_at(world, sandbox, "100.00", "50.00")
    with pytest.raises(BusinessError, match=r"refund\.too_much"):
        order(world, paid, "70.00")
    asked = order(world, paid, "70.00", unapply=True)
    assert [a.settlement.document.open_amount for a in paid.allocations.filter(reverses=None).order_by("id")][:2] == [
        20,
        50,
    ]
    paid.refresh_from_db()
    assert (asked.state, paid.unapplied, Refund.objects.count()) == ("created", 70, 0)
    done = place_order(order_pk=asked.pk, at=clock.now())
    assert (done.state, done.refund and done.refund.amount, done.refund and done.refund.method) == (
        "succeeded",
        70,
        "online",
    )
    paid.refresh_from_db()
    assert paid.unapplied == 0
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "succeeded"
    assert (Refund.objects.count(), balances(world)["gateway"]) == (1, (80, 80))
    rest = [order(world, paid, amount, unapply=True) for amount in ("10.00", "70.00")]
    with pytest.raises(BusinessError, match=r"refund\.too_much"):
        order(world, paid, "0.01", unapply=True)
    for each in rest:
        place_order(order_pk=each.pk, at=clock.now())
    assert (Refund.objects.count(), balances(world)["gateway"]) == (3, (0, 0))
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


def test_money_on_its_way_back_is_held(world: Any) -> None:
    paid = a_credit(world)  # 1.00 of it applied elsewhere: 99.00 settled, 1.00 credit
    order(world, paid, "1.00")
    other = invoice(world)
    for call in (
        lambda: order(world, paid, "0.01"),
        lambda: allocate(
            company=world.company, payment_uuid=paid.uuid, shares=[part(other, "0.01")], actor=None, at=clock.now()
        ),
        lambda: record_refund(
            company=world.company, payment_uuid=paid.uuid, amount=Decimal("0.01"), refunded_on=paid.received_on,
            method="transfer", reason="x", actor=None, at=clock.now(),
        ),
    ):  # fmt: skip
        with pytest.raises(BusinessError) as refused:
            call()
        assert refused.value.code in ("refund.too_much", "allocation.too_much")
        assert refused.value.params["left"] == 0
    assert (RefundOrder.objects.count(), Refund.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("states", "last", "left"),
    [
        (("pending", "succeeded"), "succeeded", 0),
        (("pending", "failed"), "failed", 1),
        (("pending", "succeeded", "failed"), "failed", 1),
        (("succeeded", "succeeded"), "succeeded", 0),
    ],
)
def test_every_order_of_reports_ends_alike(world: Any, states: tuple[str, ...], last: str, left: int) -> None:
    paid = a_credit(world)
    books = balances(world)
    for told in permutations(states):
        asked = order(world, paid, "1.00")
        for state in told:
            done = learn_refund(order_pk=asked.pk, outcome=says_of(asked, state), at=clock.now())
        paid.refresh_from_db()
        assert (done.state, paid.unapplied) == (last, left)
        if last == "succeeded":  # the bank sends it back, so that the next order finds the same money
            learn_refund(order_pk=asked.pk, outcome=says_of(asked, "failed"), at=clock.now())
        assert balances(world) == books
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


def test_a_lost_answer_refunds_once(world: Any, sandbox: SandboxProcess) -> None:
    paid = paid_at(world, sandbox, "100.00")
    asked = order(world, paid, "30.00", unapply=True)
    sandbox.fault("lose", "POST", "/v1/refunds", times=5)
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "unknown"
    sandbox.control("calm")
    done = place_order(order_pk=asked.pk, at=clock.now())
    assert done.state == "succeeded"
    _, listed, _ = sandbox.api("GET", "/v1/refunds", f"payment_intent={done.attempt.intent_id}")
    assert [row["amount"] for row in listed["data"]] == [3000]


def test_refused_by_the_provider_frees_the_money(world: Any, sandbox: SandboxProcess) -> None:
    paid = a_credit(world)  # the provider has never heard of its intent
    done = place_order(order_pk=order(world, paid, "1.00").pk, at=clock.now())
    assert done.state == "failed"
    assert done.failure
    assert order(world, paid, "1.00").state == "created"


def test_refusals_change_nothing(world: Any) -> None:
    by_hand, paid = payment(world, "10.00"), a_credit(world)
    for found, amount, reason, code in (
        (by_hand, "1.00", "x", "refund.not_online"),
        (paid, "0", "x", "payment.amount"),
        (paid, "0.001", "x", "payment.amount"),
        (paid, "1.00", " ", "payment.reason"),
        (paid, "1.01", "x", "refund.too_much"),
    ):
        with pytest.raises(BusinessError) as refused:
            order_refund(
                company=world.company, payment_uuid=found.uuid, amount=Decimal(amount), reason=reason, actor=None, at=clock.now()
            )  # fmt: skip
        assert refused.value.code == code
    asked = order(world, paid, "1.00")
    for wrong in ({"refund_id": "re_1"}, {"refund_id": "re_2"}, {"intent_id": "pi_9"}):
        if wrong.get("refund_id") == "re_1":
            learn_refund(order_pk=asked.pk, outcome=says_of(asked, "pending", **wrong), at=clock.now())
            continue
        with pytest.raises(BusinessError, match=r"refund\.mismatch"):
            learn_refund(
                order_pk=asked.pk,
                outcome=says_of(asked, "succeeded", **({"refund_id": "re_1"} | wrong)),
                at=clock.now(),
            )
    assert Refund.objects.count() == 0


def test_a_refused_key_says_nothing_of_a_refund(world: Any, sandbox: SandboxProcess, monkeypatch: Any) -> None:
    paid = paid_at(world, sandbox, "100.00")
    asked = order(world, paid, "30.00", unapply=True)
    sandbox.fault("lose", "POST", "/v1/refunds", times=5)
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "unknown"
    sandbox.control("calm")
    monkeypatch.setenv("ACME__GATE_KEY", "sk_test_wrong")
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "unknown"
    second = order(world, paid, "10.00", unapply=True)
    assert place_order(order_pk=second.pk, at=clock.now()).state == "created"
    poll(account_pk=asked.attempt.account_id, at=clock.now() + dt.timedelta(minutes=6))
    monkeypatch.setenv("ACME__GATE_KEY", KEY)
    poll(account_pk=asked.attempt.account_id, at=clock.now() + dt.timedelta(minutes=6))
    assert list(RefundOrder.objects.order_by("id").values_list("state", flat=True)) == ["succeeded", "succeeded"]
    assert Payment.objects.get().unapplied == 0


def test_refused_after_a_lost_answer_ends(world: Any, sandbox: SandboxProcess) -> None:
    paid = a_credit(world)
    asked = order(world, paid, "1.00")
    sandbox.fault("refuse", "POST", "/v1/refunds", times=5)
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "unknown"
    sandbox.control("calm")
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "failed"


def test_the_provider_s_refund_comes_back_only_by_its_word(world: Any, sandbox: SandboxProcess) -> None:
    paid = paid_at(world, sandbox, "100.00")
    sandbox.control("refunds", outcome="pending")
    asked = order(world, paid, "100.00", unapply=True)
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "pending"
    assert place_order(order_pk=asked.pk, at=clock.now()).state == "pending"
    asked.refresh_from_db()
    sandbox.act("refund_succeeds", asked.refund_id_at_provider)
    done = place_order(order_pk=asked.pk, at=clock.now())
    assert (done.state, done.refund is not None) == ("succeeded", True)
    assert done.refund is not None
    with pytest.raises(BusinessError, match=r"refund\.online"):
        undo_refund(company=world.company, refund_uuid=done.refund.uuid, reason="x", actor=None, at=clock.now())
    assert Refund.objects.count() == 1
