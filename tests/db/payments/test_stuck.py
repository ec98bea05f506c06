"""What must not get stuck or happen twice when the provider is away for long, or answers nothing at all."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from invoicing_site import clock
from payments.actions import poll as poll_module
from payments.actions.attempts import open_attempt
from payments.actions.learn import learn
from payments.actions.orders import place_order
from payments.actions.poll import MOST, _attempts, _orders, _since, poll
from payments.models import Attempt, GatewayAccount, InboxEvent, RefundOrder
from tests.db.payments.test_orders import order, paid_at
from tests.helpers.money import invoice
from tests.helpers.online import KEY, SECRET, begin, connect, says
from tests.helpers.sandbox import SandboxProcess, sandbox_process

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process(KEY, SECRET) as process:
        yield process


@pytest.fixture(autouse=True)
def account(world: Any, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess) -> Any:
    monkeypatch.setattr(settings, "STRIPE_API_BASE", sandbox.url)
    sandbox.control("calm")
    return connect(world, monkeypatch)


def test_asking_in_vain_for_a_page_leaves_the_attempt_as_it_is(
    world: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, attempt = clock.now(), begin(world)
    sandbox.fault("lose", "POST", "/v1/checkout/sessions", times=5)
    assert open_attempt(attempt_uuid=attempt.uuid, at=now).state == "unknown"
    sandbox.fault("refuse", "GET", "/v1/checkout/sessions", times=9)
    assert open_attempt(attempt_uuid=attempt.uuid, at=now).state == "unknown"
    monkeypatch.setenv("ACME__GATE_KEY", "sk_test_wrong")
    assert open_attempt(attempt_uuid=attempt.uuid, at=now).state == "unknown"
    monkeypatch.setenv("ACME__GATE_KEY", KEY)
    sandbox.control("calm")
    assert open_attempt(attempt_uuid=attempt.uuid, at=now).state == "open"


def test_an_unknown_page_keeps_nobody_from_paying_once_it_is_over(
    world: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, now = invoice(world), clock.now()
    attempt = begin(world, document, at=now)
    sandbox.fault("lose", "POST", "/v1/checkout/sessions", times=5)
    assert open_attempt(attempt_uuid=attempt.uuid, at=now).state == "unknown"
    monkeypatch.setenv("ACME__GATE_KEY", "sk_test_wrong")
    poll(account_pk=attempt.account_id, at=now + 150 * MINUTE)
    attempt.refresh_from_db()
    assert attempt.state == "unknown"
    assert begin(world, document, at=now + 150 * MINUTE) != attempt


def test_a_refund_whose_worker_died_is_looked_up_before_it_is_asked_for_again(
    world: Any, sandbox: SandboxProcess
) -> None:
    paid = paid_at(world, sandbox, "100.00")
    asked, now = order(world, paid, "30.00", unapply=True), clock.now()
    assert place_order(order_pk=asked.pk, at=now).state == "succeeded"
    asked.refresh_from_db()
    lost = order(world, paid, "20.00", unapply=True)  # asked for, and its worker killed before it could say so
    sandbox.api(
        "POST", "/v1/refunds", f"payment_intent={asked.attempt.intent_id}&amount=2000&metadata[refund]={lost.uuid}",
        Idempotency_Key="forgotten after a day",
    )  # fmt: skip
    assert place_order(order_pk=lost.pk, at=now + 1500 * MINUTE).state == "succeeded"
    _, listed, _ = sandbox.api("GET", "/v1/refunds", f"payment_intent={asked.attempt.intent_id}")
    assert sorted(row["amount"] for row in listed["data"]) == [2000, 3000]
    assert RefundOrder.objects.filter(state="succeeded").count() == 2


def test_one_that_cannot_be_asked_gives_way_to_the_others(world: Any, sandbox: SandboxProcess, account: Any) -> None:
    now = clock.now()
    broken, fresh = begin(world, at=now), begin(world, at=now)
    learn(attempt_pk=broken.pk, outcome=says(broken, "open", session_id="cs_gone"), at=now)
    later = now + 11 * MINUTE
    assert _attempts(account, later) == [fresh.pk, broken.pk]  # never asked first
    poll(account_pk=account.pk, at=later)
    broken.refresh_from_db()
    assert (broken.state, broken.checked_at) == ("open", later)
    assert broken.pk not in _attempts(account, later + MINUTE)
    assert broken.pk in _attempts(account, later + 10 * MINUTE)
    assert Attempt.objects.count() < MOST


def test_refunds_that_wait_for_ever_keep_no_other_from_being_asked(
    world: Any, sandbox: SandboxProcess, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, now = paid_at(world, sandbox, "100.00"), clock.now()
    first, second = (order(world, paid, amount, unapply=True) for amount in ("10.00", "20.00"))
    monkeypatch.setattr(poll_module, "MOST", 1)
    monkeypatch.setenv("ACME__GATE_KEY", "sk_test_wrong")
    later = now + 11 * MINUTE
    assert _orders(account, later) == [first.pk]
    poll(account_pk=account.pk, at=later)
    assert _orders(account, later) == [second.pk]
    assert set(RefundOrder.objects.values_list("state", flat=True)) == {"created"}


def test_what_was_lost_while_later_messages_came_is_found_within_the_hour(
    world: Any, sandbox: SandboxProcess, account: Any
) -> None:
    """Our polls were refused for an afternoon, webhooks went on, and one of them was lost."""
    now = clock.now().replace(minute=30)
    InboxEvent.objects.create(
        company=world.company, account=account, event_id="evt_late", type="charge.updated", payload="{}", told_at=now, due_at=now,
    )  # fmt: skip
    assert _since(account, now) == now - dt.timedelta(hours=1)
    GatewayAccount.objects.filter(pk=account.pk).update(created_at=now - dt.timedelta(days=9))
    account.refresh_from_db()
    assert {_since(account, now + 5 * n * MINUTE) < now - dt.timedelta(days=2) for n in range(12)} == {True, False}
