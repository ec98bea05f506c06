"""What happened to a subject, newest first: its events, with the history rows written in the same act beside them."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.utils.translation import gettext

from invoicing_site.models import Event
from invoicing_site.reports.display import Names, columns, display, name_of
from invoicing_site.reports.titles import title

LIMIT = 200
Act = tuple[Any, Any, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it said before and after; empty text for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One entry: instant, who (empty for the system), what, the fields it changed and the reason given."""

    at: dt.datetime
    actor: str
    title: str
    changes: tuple[Change, ...] = ()
    reason: str = ""
    icon: str = "clock"
    tone: str = "neutral"

    @property
    def text(self) -> str:
        return self.title

    @property
    def who(self) -> str:
        return self.actor


@dataclass(slots=True)
class _Step:
    """One history row beside the one before it."""

    row: Any
    before: Any
    own: bool

    @property
    def act(self) -> Act:
        return (self.row.occurred_at, self.row.history_user_id, self.row.request_id)


@dataclass(slots=True)
class _Acts:
    """History rows by the act that wrote them; those written past the verbs stand alone."""

    by_act: dict[Act, list[_Step]] = field(default_factory=dict)
    alone: list[_Step] = field(default_factory=list)

    def add(self, step: _Step) -> None:
        if step.row.occurred_at is None:
            self.alone.append(step)
        else:
            self.by_act.setdefault(step.act, []).append(step)


def timeline(
    subject: uuid.UUID | Iterable[uuid.UUID],
    histories: Sequence["QuerySet[Any]"],
    *,
    types: Sequence[str] = (),
    since: dt.datetime | None = None,
    limit: int = LIMIT,
) -> list[TimelineRow]:
    """Entries of `subject`, or of several, newest first, at most `limit`; with `since` only those later than that
    instant, with `types` only events of these.

    `histories` are querysets of history models, the subject's own first, those of its parts after it. Instants are of
    the business clock, except for what was written past the verbs. One query for the events, one per history, one per
    kind of row that changes point at.
    """
    told = Event.objects.filter(subject__in=[subject] if isinstance(subject, uuid.UUID) else list(subject))
    told = told.filter(type__in=types) if types else told
    events = list(told.select_related("actor").order_by("-id")[:limit])
    acts = _read(histories, limit)
    names = Names(step.row for step in _all(acts))
    rows = []
    for event in reversed(events):
        steps = acts.by_act.pop((event.occurred_at, event.actor_id, event.request_id), [])
        text, icon, tone = title(event.type)
        rows.append(_row(event.occurred_at, event.actor, str(text), steps, names, icon, tone))
    rows = [_untold(steps, names) for steps in acts.by_act.values()] + rows
    for step in acts.alone:
        text = gettext("Changed in the database by %(role)s") % {"role": step.row.database_role}
        rows.append(_row(step.row.history_date, None, text, [step], names, "wrench-screwdriver", "warn"))
    found = [row for row in rows if since is None or row.at > since]
    found.reverse()  # events came oldest first; the sort keeps the later of two at one instant above
    return sorted(found, key=lambda row: row.at, reverse=True)[:limit]


def _read(histories: Sequence["QuerySet[Any]"], limit: int) -> _Acts:
    acts = _Acts()
    for index, queryset in enumerate(histories):
        newest = list(queryset.select_related("history_user").order_by("-history_id")[: limit + 1])
        before: dict[int, Any] = {}
        for row in reversed(newest):
            acts.add(_Step(row, before.get(row.id), own=index == 0))
            before[row.id] = row
    return acts


def _all(acts: _Acts) -> Iterable[_Step]:
    for steps in acts.by_act.values():
        yield from steps
    yield from acts.alone


def _untold(steps: list[_Step], names: Names) -> TimelineRow:
    """An act that published no event about the subject: what founding a company wrote, say."""
    first = steps[0].row
    if _founding(steps):
        return _row(first.occurred_at, first.history_user, gettext("Created"), steps, names, "plus", "info")
    return _row(first.occurred_at, first.history_user, gettext("Changed"), steps, names, "pencil-square", "neutral")


def _row(at: dt.datetime, actor: Any, text: str, steps: list[_Step], names: Names, icon: str, tone: str) -> TimelineRow:
    # What a thing was created with stands on its page; the timeline would only repeat it.
    changes = [] if _founding(steps) else [change for step in steps for change in _changes(step, names)]
    reason = next((step.row.history_change_reason for step in steps if step.row.history_change_reason), "")
    return TimelineRow(at, str(actor or ""), str(text), tuple(changes), reason, icon, tone)


def _founding(steps: list[_Step]) -> bool:
    return any(step.own and step.row.history_type == "+" for step in steps)


def _changes(step: _Step, names: Names) -> Iterable[Change]:
    row, before, kind = step.row, step.before, step.row.history_type
    if kind == "~" and before is None:
        return  # older than the window
    noun = name_of(row.instance_type)
    if kind != "~":
        told = [column for column in columns(row.instance_type) if not isinstance(column, BooleanField)]
        whole = ", ".join(filter(None, (display(row, column, names) for column in told)))
        yield Change(noun, "", whole) if kind == "+" else Change(noun, whole, "")
        return
    for column in columns(row.instance_type):
        old, new = display(before, column, names), display(row, column, names)
        if old != new:
            label = name_of(column)
            yield Change(label if step.own else f"{noun}: {label}", old, new)
