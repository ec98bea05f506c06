"""Nobody works while the provider goes on telling: every message is kept at once, and booked once when workers come (FAULTS 36)."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis
from django.test import Client

from billing.actions.prove import prove_company
from invoicing_site import clock
from invoicing_site.celery import app as celery
from invoicing_site.queues import MONEY
from payments.models import Allocation, Attempt, GatewayAccount, InboxEvent, Payment
from payments.tasks import poll, sweep
from tests.helpers.money import invoice
from tests.helpers.online import begin, connect, event, session, signed
from tests.helpers.workers import celery_worker
from tests.together import size

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 1.0  # within which a provider is answered


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    with celery.connection_for_write() as connection:
        held: redis.Redis = connection.default_channel.client
        held.flushdb()
        yield held
        held.flushdb()


def tell(account: GatewayAccount, body: bytes) -> float:
    """Deliver over the real view; how long the provider waited for its answer."""
    began = time.perf_counter()
    headers = {"Stripe-Signature": signed(body)}
    answer = Client().post(f"/hooks/{account.uuid}/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    return time.perf_counter() - began


def messages(attempt: Attempt) -> list[bytes]:
    """What a provider tells of one payment: steps on the way, its end, the same end again under its own and another id."""
    own = {"id": f"cs_{attempt.pk}", "payment_intent": f"pi_{attempt.pk}"}
    paid = session(attempt, **own)
    ended = event("checkout.session.completed", paid, f"evt_{attempt.pk}_end")
    way = event(
        "payment_intent.succeeded", {"object": "payment_intent", "id": own["payment_intent"]}, f"evt_{attempt.pk}_way"
    )
    return [way, ended, ended, event("checkout.session.completed", paid, f"evt_{attempt.pk}_again")]


def worked(seconds: float, *, swept: bool) -> bool:
    """Wait until nothing waits; `swept`: beside the workers the sweep runs every ten seconds."""
    began = time.monotonic()
    due = began
    while InboxEvent.objects.filter(state="waiting").exists() and time.monotonic() < began + seconds:
        if swept and time.monotonic() >= due:
            sweep()
            due += 10
        time.sleep(0.2)
    return not InboxEvent.objects.filter(state="waiting").exists()


@pytest.mark.parametrize("lost", [False, True], ids=["queued", "broker emptied meanwhile"])
def test_what_was_told_while_no_worker_ran_is_booked_once(
    world: Any, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lost: bool
) -> None:
    """In the second run the queue is lost too: the rows are the queue, the sweep hands them over anew."""
    account, payments = connect(world, monkeypatch), size(8, 1250)
    attempts = [begin(world, invoice(world, "10.00")) for _ in range(payments)]
    broker.flushdb()
    waited = sorted(tell(account, body) for attempt in attempts for body in messages(attempt))
    assert waited[int(len(waited) * 0.95)] < SECONDS
    assert Counter(InboxEvent.objects.values_list("state", flat=True)) == {"waiting": 3 * payments}
    assert Payment.objects.count() == 0
    assert broker.llen(MONEY) == 3 * payments
    if lost:
        broker.flushdb()
    with (
        celery_worker(MONEY, tmp_path / "one.log", "-n", "one@%h"),
        celery_worker(MONEY, tmp_path / "two.log", "-n", "two@%h"),
    ):
        assert worked(60 + payments, swept=lost)
    assert Counter(InboxEvent.objects.values_list("state", "error")) == {("done", ""): 3 * payments}
    assert Counter(Attempt.objects.values_list("state", flat=True)) == {"succeeded": payments}
    assert (Payment.objects.count(), Allocation.objects.count()) == (payments, payments)
    assert set(Payment.objects.values_list("amount", "unapplied")) == {(Decimal("10.00"), Decimal(0))}
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


def test_what_is_swept_again_and_again_does_not_pile_up(
    world: Any, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep comes every ten seconds: a day without workers would leave thousands of messages for each row."""
    account = connect(world, monkeypatch)
    InboxEvent.objects.create(
        company=world.company, account=account, event_id="evt_1", type="charge.updated", payload="{}", told_at=clock.now(),
        due_at=clock.now(),
    )  # fmt: skip
    sweep()
    poll()
    headers = [json.loads(text)["headers"] for text in broker.lrange(MONEY, 0, -1)]
    assert sorted(row["task"] for row in headers) == ["payments.tasks.poll_account", "payments.tasks.work_inbox"]
    assert [row["expires"] is not None for row in headers] == [True, True]
