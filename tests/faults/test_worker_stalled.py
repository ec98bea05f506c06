"""A worker whose broker went silent is connected and deaf: the canary tells, the supervisor restarts it (FAULTS 5)."""

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.core.management import CommandError, call_command

from invoicing_site import clock
from invoicing_site.actions.heartbeats import beat, silent_for
from invoicing_site.celery import app as celery
from invoicing_site.models import Heartbeat
from invoicing_site.queues import QUEUES
from invoicing_site.tasks import canaries, canary
from tests.helpers.proxy import Relay
from tests.helpers.workers import celery_worker
from tests.together import size

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "delivery"


def broker() -> redis.Redis:
    with celery.connection_for_write() as connection:
        client: redis.Redis = connection.default_channel.client
        return client


@pytest.fixture
def relay() -> Iterator[tuple[Relay, str]]:
    place = urlsplit(settings.REDIS_URL)
    if place.scheme != "redis+socket":
        pytest.skip("the broker is not at a socket file")
    with tempfile.TemporaryDirectory(prefix="inv-", dir="/tmp") as folder:  # socket paths are short
        here = Path(folder) / "relay.sock"
        relay = Relay(here, place.path)
        yield relay, f"redis+socket://{here}?{place.query}"
        relay.close()


def until(true: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def sing() -> dt.datetime:
    """Send a canary; the moment it was sent."""
    asked = clock.now()
    canary.apply_async((QUEUE, asked.isoformat()), queue=QUEUE)
    return asked


def heard(asked: dt.datetime) -> bool:
    return Heartbeat.objects.filter(queue=QUEUE, finished_at__gte=asked).exists()


def test_silence_is_seen_and_a_restart_mends_it(
    transactional_db: None, relay: tuple[Relay, str], tmp_path: Path
) -> None:
    wire, url = relay
    for number in range(size(1, 20)):
        with celery_worker(QUEUE, tmp_path / f"deaf-{number}.log", REDIS_URL=url):
            asked = sing()
            assert until(lambda asked=asked: heard(asked))  # type: ignore[misc]
            call_command("worker_alive", QUEUE, within=2)
            wire.speaking = False
            asked = sing()
            assert not until(lambda asked=asked: heard(asked), seconds=3)  # type: ignore[misc]
            with pytest.raises(CommandError, match="delivery has finished nothing for [0-9]+ s: restart its worker"):
                call_command("worker_alive", QUEUE, within=2)
        wire.cut()
        wire.speaking = True
        with celery_worker(QUEUE, tmp_path / f"new-{number}.log", REDIS_URL=url):
            asked = sing()
            assert until(lambda asked=asked: heard(asked))  # type: ignore[misc]
            call_command("worker_alive", QUEUE, within=2)


def test_a_killed_connection_is_made_anew(transactional_db: None, tmp_path: Path) -> None:
    with celery_worker(QUEUE, tmp_path / "cut.log"):
        asked = sing()
        assert until(lambda: heard(asked))
        for _ in range(size(1, 20)):
            assert broker().execute_command("CLIENT KILL TYPE normal SKIPME yes") > 0
            cut = clock.now()
            # What Redis popped for the connection it was about to lose is gone; the next canary comes.
            assert until(lambda cut=cut: sing() > cut and until(lambda: heard(cut), 2))  # type: ignore[misc]


def test_every_queue_is_asked(transactional_db: None) -> None:
    broker().flushdb()
    canaries()
    assert {queue: broker().llen(queue) for queue in QUEUES} == dict.fromkeys(QUEUES, 1)
    broker().flushdb()


def test_a_late_canary_never_sets_the_clock_back(transactional_db: None) -> None:
    now = clock.now()
    assert silent_for(queue=QUEUE, at=now) is None
    with pytest.raises(CommandError, match="is beat running"):
        call_command("worker_alive", QUEUE)
    beat(queue=QUEUE, asked_at=now, at=now)
    beat(queue=QUEUE, asked_at=now, at=now - dt.timedelta(seconds=40))
    assert silent_for(queue=QUEUE, at=now + dt.timedelta(seconds=5)) == dt.timedelta(seconds=5)
    beat(queue=QUEUE, asked_at=now, at=now + dt.timedelta(seconds=5))
    assert silent_for(queue=QUEUE, at=now + dt.timedelta(seconds=5)) == dt.timedelta(0)
