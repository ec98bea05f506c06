import datetime as dt
from typing import Any

import pytest

from billing.actions.drafts import create_draft
from billing.actions.issue import issue, issue_many
from invoicing_site import clock
from invoicing_site.actions import outbox
from invoicing_site.actions.outbox import hurry, spread
from invoicing_site.events import FRESH, SWEPT, left_to_the_sweeper, publish
from invoicing_site.models import Delivery
from invoicing_site.tasks import deliver
from tests.db.billing.test_issue import a_draft
from tests.world import AT

PACE, MINUTE = dt.timedelta(seconds=2), dt.timedelta(minutes=1)


def backlog(world: Any, count: int) -> list[Delivery]:
    """`count` deliveries of the render queue, the newest news first, written in another order than it happened."""
    made = []
    for number in range(count):
        ago = dt.timedelta(hours=number * 7 % count)
        event = publish(
            "document.issued", company=world.company, subject=("company", world.company.uuid), actor=None, at=AT - ago
        )
        made.append((ago, Delivery.objects.get(event=event)))
    return [row for _, row in sorted(made, key=lambda pair: pair[0])]


def test_a_backlog_trickles_newest_first_and_leaves_other_queues_alone(world: Any) -> None:
    rows = backlog(world, 5)
    invited = publish(
        "member.invited", company=world.company, subject=("company", world.company.uuid), actor=None, at=AT
    )
    mail = Delivery.objects.get(event=invited)
    Delivery.objects.filter(pk=rows[4].pk).update(state="done")
    due = {row.pk: row.due_at for row in (*rows, mail)}
    assert spread(queue="render", keep=2, every=PACE, actor=None, at=AT) == 2
    after = dict(Delivery.objects.values_list("pk", "due_at"))
    assert after == due | {rows[2].pk: AT + PACE, rows[3].pk: AT + 2 * PACE}


def test_a_short_queue_is_left_as_it_is(world: Any) -> None:
    backlog(world, 2)
    before = dict(Delivery.objects.values_list("pk", "due_at"))
    assert spread(queue="render", keep=2, every=PACE, actor=None, at=AT) == 0
    assert dict(Delivery.objects.values_list("pk", "due_at")) == before


def test_somebody_who_waits_gets_it_at_once(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[tuple[int, str]] = []
    monkeypatch.setattr(outbox, "enqueue", handed.extend)
    now = clock.now()
    first, second, third = backlog(world, 3)
    spread(queue="render", keep=0, every=MINUTE, actor=None, at=now)
    Delivery.objects.filter(pk=second.pk).update(attempts=1)
    for row in (first, second, third):
        row.refresh_from_db()
    assert hurry(row=first, at=now) is True
    assert hurry(row=first, at=now) is False  # somebody else was quicker
    assert hurry(row=second, at=now) is False  # it failed and waits for its next attempt
    assert hurry(row=third, at=now + 3 * MINUTE) is False  # its turn has come
    assert handed == [(first.pk, "render")]
    due = dict(Delivery.objects.values_list("pk", "due_at"))
    assert due == {first.pk: now, second.pk: now + 2 * MINUTE, third.pk: now + 3 * MINUTE}


def test_what_is_swept_goes_behind_what_just_happened(
    world: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    handed: list[tuple[int, str, int]] = []

    def take(args: tuple[list[int]], *, queue: str, priority: int, **_: Any) -> None:
        handed.extend((pk, queue, priority) for pk in args[0])

    monkeypatch.setattr(deliver, "apply_async", take)
    with django_capture_on_commit_callbacks(execute=True):
        (row,) = backlog(world, 1)
    outbox.sweep(at=row.due_at + MINUTE)
    assert handed == [(row.pk, "render", FRESH), (row.pk, "render", SWEPT)]
    assert FRESH < SWEPT  # Celery's Redis transport serves the lower number first


def test_bulk_leaves_its_deliveries_to_the_sweeper(
    world: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    handed: list[int] = []
    monkeypatch.setattr(deliver, "apply_async", lambda args, **_: handed.extend(args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        with left_to_the_sweeper():
            (quiet,) = backlog(world, 1)
        assert Delivery.objects.get(pk=quiet.pk).state == "waiting"
        loud = backlog(world, 1)[0]
    assert handed == [loud.pk]
    outbox.sweep(at=quiet.due_at + MINUTE)
    assert set(handed) == {quiet.pk, loud.pk}


def test_a_batch_goes_behind_whoever_waits_for_one_document(
    world: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    handed: list[tuple[int, int]] = []
    monkeypatch.setattr(deliver, "apply_async", lambda args, *, priority, **_: handed.append((len(args[0]), priority)))
    drafts = [create_draft(company=world.company, draft=a_draft(world), actor=None, at=AT) for _ in range(14)]
    with django_capture_on_commit_callbacks(execute=True):
        issue_many(company=world.company, document_ids=[row.pk for row in drafts[1:]], actor=None, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        issue(company=world.company, document_uuid=drafts[0].uuid, actor=None, at=AT)
    assert handed == [(10, SWEPT), (3, SWEPT), (1, FRESH)]
