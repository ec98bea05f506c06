"""The broker loses patience and hands a running task to a second worker: it finds the row claimed and stops (FAULTS 6)."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from invoicing_site.celery import app
from invoicing_site.events import enqueue
from invoicing_site.models import Delivery, Event
from tests.helpers.workers import celery_worker
from tests.together import size
from tests.world import AT, make_world

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db(transaction=True)
def test_a_second_copy_finds_the_row_claimed(transactional_db: None, tmp_path: Path) -> None:
    with app.connection_for_write() as broker:  # a worker killed earlier may have kept the lock of whoever restores
        broker.default_channel.client.flushdb()
    world: Any = make_world("acme")
    deliveries = [_slow(world) for _ in range(size(1, 20))]
    options = {"app": "tests.helpers.impatient"}
    logs = [tmp_path / f"{n}.log" for n in range(2)]
    with (
        celery_worker("delivery", logs[0], "-n", "one@%h", **options),
        celery_worker("delivery", logs[1], "-n", "two@%h", **options),
    ):
        enqueue([(row.pk, "delivery") for row in deliveries[:1]])
        for row in deliveries[1:]:
            enqueue([(row.pk, "delivery")])
        deadline = time.monotonic() + 30 + 6 * len(deliveries)
        while Delivery.objects.exclude(state="done").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(2)
    assert list(Delivery.objects.values_list("state", "attempts")) == [("done", 1)] * len(deliveries)
    assert Event.objects.filter(type="slow.ran").count() == len(deliveries)
    received = sum(log.read_text().count("received") for log in logs)
    assert received > len(deliveries), "no message was ever given out twice: the test shows nothing"


def _slow(world: Any) -> Delivery:
    event = Event.objects.create(
        company=world.company, type="slow.asked", subject_kind="company", subject=world.company.uuid, occurred_at=AT
    )
    row: Delivery = Delivery.objects.create(event=event, reaction="tests.helpers.impatient.slow", queue="delivery")
    return row


def test_nothing_waits_in_the_broker() -> None:
    """What shall happen later is a row with a due time: a message with an ETA beyond the visibility timeout comes twice."""
    sources = [
        path for room in ("invoicing_site", "clients", "billing", "payments") for path in (ROOT / room).rglob("*.py")
    ]
    assert [str(path) for path in sources if re.search(r"\b(eta|countdown)=", path.read_text())] == []
    assert app.conf.broker_transport_options["visibility_timeout"] >= 900
