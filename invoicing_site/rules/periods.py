"""Whether somebody may book on a day: hard closed for everybody, softly closed for all without an exception (SPEC L3)."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Books:
    """Up to which days (company's zone) the books are closed for one person; `excepted` is that they hold an exception now."""

    closed_through: dt.date | None
    soft_through: dt.date | None
    excepted: bool = False

    @property
    def through(self) -> dt.date | None:
        """The last day this person cannot book on."""
        soft = None if self.excepted else self.soft_through
        return max((day for day in (self.closed_through, soft) if day is not None), default=None)

    def is_open(self, day: dt.date) -> bool:
        return self.through is None or day > self.through

    def refusal(self, day: dt.date) -> str:
        """The code that refuses `day`; empty where it is open."""
        if self.closed_through is not None and day <= self.closed_through:
            return "document.period_closed"
        return "" if self.is_open(day) else "period.soft_locked"

    def first_open(self, day: dt.date) -> dt.date:
        """`day` itself or, for outside facts that fall into closed books, the first open day after it."""
        return day if self.is_open(day) or self.through is None else self.through + dt.timedelta(days=1)

    def by_exception(self, day: dt.date) -> bool:
        """Whether `day` is open to this person only because of their exception."""
        return self.excepted and self.is_open(day) and self.soft_through is not None and day <= self.soft_through
