import datetime as dt
from typing import Any

from invoicing_site.actions.outbox import spread
from invoicing_site.events import publish
from invoicing_site.models import Delivery
from tests.world import AT

PACE = dt.timedelta(seconds=2)


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
