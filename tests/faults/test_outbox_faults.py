"""The broker forgets, a process dies between commit and enqueue, a message is poison (FAULTS 3, 4, 12)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import transaction

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.rules.draft import Draft, DraftLine
from invoicing_site import events
from invoicing_site.actions import outbox
from invoicing_site.celery import app as celery
from invoicing_site.errors import BusinessError
from invoicing_site.models import Delivery
from invoicing_site.states import DeliveryState
from tests.together import size
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Deliveries handed to the broker."""
    found: list[int] = []
    monkeypatch.setattr(events, "enqueue", lambda pairs, **_: found.extend(pk for pk, _ in pairs))
    monkeypatch.setattr(outbox, "enqueue", lambda pairs, **_: found.extend(pk for pk, _ in pairs))
    return found


def an_issue(world: Any) -> Delivery:
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(10)),))
    document = create_draft(company=world.company, draft=draft, actor=None, at=AT)
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    return Delivery.objects.get(event__subject=document.uuid)


def test_crash_after_commit_is_found_by_the_sweeper(
    acme: Any, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = []
    with monkeypatch.context() as patched:
        patched.setattr(events, "after_commit", lambda deliveries, **_: None)
        patched.setattr("billing.actions.issued.after_commit", lambda deliveries, **_: None)
        lost = [an_issue(acme) for _ in range(size(20, 500))]
    assert sent == []
    young = max(row.due_at for row in lost)
    assert outbox.sweep(at=young + dt.timedelta(seconds=1)) == 0
    assert outbox.sweep(at=young + outbox.GRACE + dt.timedelta(seconds=1)) == len(lost)
    assert sorted(sent) == sorted(row.pk for row in lost)


def test_rolled_back_fact_is_never_told(acme: Any, sent: list[int]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        an_issue(acme)
        raise RuntimeError
    assert sent == []
    assert Delivery.objects.count() == 0


def test_flushed_broker_loses_nothing(acme: Any, sent: list[int]) -> None:
    """Redis is emptied between enqueue and work: the row is the truth, the sweeper enqueues again, the work is done once."""
    delivery = an_issue(acme)
    with celery.connection_for_write() as broker:
        broker.default_channel.client.flushdb()
    redis.Redis.from_url(settings.CACHES["default"]["LOCATION"]).flushdb()
    sent.clear()
    later = delivery.due_at + dt.timedelta(seconds=30)
    assert outbox.sweep(at=later) == 1
    assert sent == [delivery.pk]


def test_unreachable_broker_does_not_refuse_the_issue(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from invoicing_site.tasks import deliver

    def unreachable(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(deliver, "apply_async", unreachable)
    assert an_issue(acme).state == DeliveryState.WAITING


def test_poison_becomes_a_dead_letter_and_others_flow(
    acme: Any, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, healthy = an_issue(acme), an_issue(acme)
    done: list[int] = []

    def reaction(event: Any) -> None:
        if event.pk == poison.event_id:
            raise ValueError("cannot be worked")
        done.append(event.pk)

    monkeypatch.setattr("billing.tasks.render", reaction)
    at = max(poison.due_at, healthy.due_at) + dt.timedelta(seconds=1)
    for _ in range(outbox.MAX_ATTEMPTS + 3):
        for row in (poison, healthy):
            outbox.run(delivery_id=row.pk, at=at)
        at += dt.timedelta(minutes=20)
    poison.refresh_from_db()
    healthy.refresh_from_db()
    assert done == [healthy.event_id]
    assert (poison.state, poison.attempts) == (DeliveryState.DEAD, outbox.MAX_ATTEMPTS)
    assert poison.error == "ValueError: cannot be worked"
    assert healthy.state == DeliveryState.DONE
    monkeypatch.setattr("billing.tasks.render", lambda event: done.append(event.pk))
    outbox.replay(delivery_id=poison.pk, actor=acme.owner, at=at)
    assert outbox.run(delivery_id=poison.pk, at=at)
    assert done == [healthy.event_id, poison.event_id]
    with pytest.raises(BusinessError, match=r"delivery\.not_dead"):
        outbox.replay(delivery_id=poison.pk, actor=acme.owner, at=at)


def test_worker_that_dies_every_time_is_given_up(acme: Any, sent: list[int]) -> None:
    delivery = an_issue(acme)
    at = delivery.due_at + dt.timedelta(seconds=1)
    for _ in range(outbox.MAX_ATTEMPTS):
        assert outbox.claim(delivery_id=delivery.pk, at=at) is not None
        assert outbox.claim(delivery_id=delivery.pk, at=at) is None, "claimed rows are not taken twice"
        at += outbox.LEASE
    assert outbox.claim(delivery_id=delivery.pk, at=at) is None
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD


def test_claims_of_one_delivery_have_one_winner(acme: Any, sent: list[int]) -> None:
    from functools import partial

    from tests.together import together

    delivery = an_issue(acme)
    at = delivery.due_at + dt.timedelta(seconds=1)
    results = together([partial(outbox.claim, delivery_id=delivery.pk, at=at)] * size(8, 32))
    assert sum(row is not None for row in results) == 1
