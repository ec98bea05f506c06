"""The demo's clock: acts are planned on days of a company's calendar and happen in the order of their business time."""

import datetime as dt
import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from invoicing_site.models import Company, User

Act = Callable[[dt.datetime], object]
MONTHS = 18


@dataclass
class Firm:
    """One company of the demo. `customers` and `sales` are what one floor leaves for the floor above it."""

    key: str
    company: Company
    people: dict[str, User] = field(default_factory=dict)
    customers: list[Any] = field(default_factory=list)
    sales: list[Any] = field(default_factory=list)


class World:
    """From the first day of the month eighteen months before `today` until yesterday evening.

    Nothing happens on `today` itself, so no act lies in the future wherever the company is. `scale` shrinks the number
    of ordinary documents.
    """

    def __init__(self, today: dt.date, scale: float = 1.0) -> None:
        self.today, self.scale = today, scale
        self.start = month_before(today, MONTHS)
        self.last = today - dt.timedelta(days=1)
        self.firms: list[Firm] = []
        self._agenda: list[tuple[dt.datetime, int, Act]] = []
        self._planned = 0

    def rng(self, *parts: object) -> random.Random:
        """A stream of its own for each part of the story: the same on every machine, whatever the others draw."""
        return random.Random("/".join(map(str, ("demo", *parts))))  # noqa: S311 - a story, no secret

    def plan(self, firm: Firm, day: dt.date, clock: str, act: Act) -> None:
        """`act` happens on `day` at `clock` (HH:MM in the company's zone), unless the story ends before."""
        if self.start <= day <= self.last:
            self._planned += 1
            heapq.heappush(self._agenda, (moment(firm.company, day, clock), self._planned, act))

    def run(self) -> None:
        """Let everything happen, in the order of business time; acts may plan later ones."""
        while self._agenda:
            at, _, act = heapq.heappop(self._agenda)
            act(at)

    def months(self) -> Iterator[dt.date]:
        """The first days of the months the story touches."""
        day = self.start
        while day <= self.last:
            yield day
            day = month_before(day, -1)

    def ago(self, days: int) -> dt.date:
        """The working day on or before `days` days before today; three days apart are never the same day."""
        return working_day(self.today - dt.timedelta(days=days), -1)


def moment(company: Company, day: dt.date, clock: str) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time.fromisoformat(clock), ZoneInfo(company.time_zone))
    return local.astimezone(dt.UTC)


def month_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month `months` before the one of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 1)


def working_day(day: dt.date, step: int = 1) -> dt.date:
    """`day`, or the next (with -1 the last) day that is not at a weekend."""
    while day.weekday() > 4:
        day += dt.timedelta(days=step)
    return day
