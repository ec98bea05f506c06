"""The proof of online payment finds what does not belong together, and nothing else; tasks do what waits."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from billing.actions.prove import prove_company
from invoicing_site import clock
from payments import tasks, wake
from payments.actions.attempts import open_attempt
from payments.actions.inbox import take_in
from payments.actions.orders import order_refund
from payments.gateways import gateway
from payments.models import Attempt, InboxEvent, Payment, RefundOrder
from tests.helpers.money import invoice
from tests.helpers.online import KEY, SECRET, begin, connect, event, session, signed
from tests.helpers.sandbox import SandboxProcess, sandbox_process
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process(KEY, SECRET) as process:
        yield process


@pytest.fixture
def acme(transactional_db: None, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess) -> Any:
    monkeypatch.setattr(settings, "STRIPE_API_BASE", sandbox.url)
    monkeypatch.setattr(wake, "hand_over", lambda task, pk: None)
    monkeypatch.setattr(tasks, "hand_over", lambda task, pk, **_: task(pk))
    world = make_world("acme")
    connect(world, monkeypatch)
    return world


def found(world: Any) -> list[str]:
    return sorted(
        {each["check"] for each in prove_company(company=world.company, actor=None, at=clock.now()).differences}
    )


def test_tasks_bring_a_payment_and_its_refund_to_their_ends(acme: Any, sandbox: SandboxProcess) -> None:
    opened = open_attempt(attempt_uuid=begin(acme, invoice(acme)).uuid, at=clock.now())
    sandbox.act("pay", opened.session_id)
    tasks.poll()
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"waiting"}
    tasks.sweep()
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}
    paid = Payment.objects.get()
    order_refund(
        company=acme.company, payment_uuid=paid.uuid, amount=Decimal("40.00"), reason="x", unapply=True, actor=None,
        at=clock.now() - dt.timedelta(seconds=30),
    )  # fmt: skip
    tasks.sweep()
    assert RefundOrder.objects.get().state == "succeeded"
    tasks.poll()
    tasks.sweep()
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}
    assert found(acme) == []


def test_each_difference_has_its_name(acme: Any, sandbox: SandboxProcess, superuser_sql: Callable[[str], None]) -> None:
    opened = open_attempt(attempt_uuid=begin(acme, invoice(acme)).uuid, at=clock.now())
    sandbox.act("pay", opened.session_id)
    tasks.poll()
    tasks.sweep()
    order_refund(
        company=acme.company, payment_uuid=Payment.objects.get().uuid, amount=Decimal("40.00"), reason="x", unapply=True,
        actor=None, at=clock.now() - dt.timedelta(seconds=30),
    )  # fmt: skip
    tasks.sweep()
    assert found(acme) == []
    for wrong, right, names in (
        ("UPDATE payments_attempt SET amount = 90", "UPDATE payments_attempt SET amount = 100", ["attempt-is-payment", "gateway-is-online"]),
        ("UPDATE payments_refundorder SET amount = 30", "UPDATE payments_refundorder SET amount = 40", ["gateway-is-online", "order-is-refund"]),
        ("UPDATE payments_refundorder SET state = 'failed'", "UPDATE payments_refundorder SET state = 'succeeded'", ["order-is-refund"]),
    ):  # fmt: skip
        superuser_sql(wrong)
        assert found(acme) == names
        superuser_sql(right)
    late = begin(acme, at=clock.now() - dt.timedelta(days=5))
    assert found(acme) == ["online-is-finished"]
    superuser_sql(f"UPDATE payments_attempt SET state = 'processing' WHERE id = {late.pk}")
    assert found(acme) == []


def test_a_broker_that_is_down_costs_nothing(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("ACME__GATE_HOOK", SECRET)
    monkeypatch.setattr(tasks.work_inbox, "apply_async", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(tasks.place, "apply_async", lambda *_, **__: 1 / 0)
    attempt = begin(acme)
    body = event("checkout.session.completed", session(attempt))
    account = attempt.account
    assert take_in(account=account, told=gateway(account).read_event(body, signed(body)), actor=None, at=clock.now())
    wake.order(1)
    tasks.work_inbox(InboxEvent.objects.get().pk)
    assert Attempt.objects.get().state == "succeeded"
