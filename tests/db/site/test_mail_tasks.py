"""The doors Celery uses: ids in, mails out."""

from typing import Any

import pytest

from invoicing_site import clock
from invoicing_site.models import Mail
from invoicing_site.queues import beat_schedule
from invoicing_site.states import MailState
from invoicing_site.tasks import send_mail, sweep_mails
from tests.helpers.mailbox import plain_kind, queue_plain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    plain_kind(monkeypatch)


def test_task_sends_what_it_is_given_and_passes_over_the_rest(world: Any, mailoutbox: Any) -> None:
    mails = [queue_plain(world, f"eva{n}@kunde.example") for n in range(3)]
    send_mail([mails[0].pk, mails[2].pk, 0])
    send_mail([mails[0].pk])
    assert [message.to for message in mailoutbox] == [["eva0@kunde.example"], ["eva2@kunde.example"]]
    assert [mail.state for mail in Mail.objects.order_by("pk")] == [
        MailState.ACCEPTED, MailState.QUEUED, MailState.ACCEPTED,
    ]  # fmt: skip


def test_queueing_hands_over_after_commit_what_is_due(
    world: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(send_mail, "apply_async", lambda args, **options: asked.append((args, options)))
    with django_capture_on_commit_callbacks(execute=True):
        mail = queue_plain(world)
        queue_plain(world, due_at=clock.now().replace(year=2099))
        assert asked == []
    assert asked == [(([mail.pk],), {"queue": "delivery", "retry": False, "priority": 0})]


def test_sweep_runs_by_beat_and_its_messages_expire(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(send_mail, "apply_async", lambda args, **options: asked.append((args, options)))
    mails = [queue_plain(world) for _ in range(12)]
    sweep_mails()
    assert [args[0] for args, _ in asked] == [[mail.pk for mail in mails[:10]], [mail.pk for mail in mails[10:]]]
    assert {options["expires"] for _, options in asked} == {60}
    assert beat_schedule["mails"]["task"] == sweep_mails.name
