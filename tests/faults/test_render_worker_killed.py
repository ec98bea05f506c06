"""A render worker killed at any point: the PDF is there once, nothing lost, nothing double (FAULTS 1)."""

import datetime as dt
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from billing.actions import render as verbs
from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Rendition
from billing.rules.draft import Draft, DraftLine
from invoicing_site import files, fork
from invoicing_site.actions import outbox
from invoicing_site.models import Blob, Delivery, Event
from tests.together import size
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7 stands for any bytes"


def die(*args: Any, **kwargs: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def before(module: Any, name: str) -> Callable[[], None]:
    return lambda: setattr(module, name, die)


def after(module: Any, name: str) -> Callable[[], None]:
    """Let `module.name` do its work, then die."""

    def arm() -> None:
        real = getattr(module, name)

        def work(*args: Any, **kwargs: Any) -> Any:
            real(*args, **kwargs)
            die()

        setattr(module, name, work)

    return arm


POINTS: dict[str, Callable[[], None]] = {
    "before the claim": before(outbox, "claim"),
    "after the claim": after(outbox, "claim"),
    "before the snapshot is opened": before(verbs.snapshot, "open_parts"),
    "before the render": before(fork, "run"),
    "after the render": after(fork, "run"),
    "before the file is written": before(files.Folder, "write"),
    "after the file, before its row": after(files.Folder, "write"),
    "after the file's row": after(files, "keep"),
    "inside the last transaction": after(verbs, "publish"),
    "before the rendition": before(verbs, "_keep"),
    "after the rendition": after(verbs, "_keep"),
    "before done is noted": before(outbox.Delivery.objects, "filter"),
}


def worker(delivery_id: int, at: dt.datetime, arm: Callable[[], None] | None) -> int:
    """One worker process working one delivery; returns its wait status."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        status = 1
        with suppress(BaseException):
            setattr(fork, "run", lambda fn, **limits: PDF)  # noqa: B010 - the renderer itself is not under test here
            if arm:
                arm()
            outbox.run(delivery_id=delivery_id, at=at)
            status = 0
        os._exit(status)
    return os.waitpid(pid, 0)[1]


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


@pytest.mark.parametrize("point", POINTS)
def test_killed_worker_loses_and_doubles_nothing(acme: Any, point: str) -> None:
    draft = Draft(client_id=acme.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(10)),))
    for _ in range(size(1, 50)):
        document = create_draft(company=acme.company, draft=draft, actor=None, at=AT)
        issue(company=acme.company, document_uuid=document.uuid, actor=None, at=AT)
        delivery = Delivery.objects.get(event__subject=document.uuid)
        start = delivery.due_at + dt.timedelta(seconds=1)
        assert os.WIFSIGNALED(worker(delivery.pk, start, POINTS[point]))
        # Within its lease nobody else takes it; after it, the next worker does.
        later = start + outbox.LEASE + dt.timedelta(seconds=1)
        assert worker(delivery.pk, later, None) == 0
        delivery.refresh_from_db()
        assert delivery.state == "done"
        rendition = Rendition.objects.get(document=document)
        assert files.fetch(rendition.blob) == PDF
        assert Event.objects.filter(subject=document.uuid, type="document.rendered").count() == 1
    assert Blob.objects.filter(company=acme.company).count() == 1
