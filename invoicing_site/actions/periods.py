"""Verbs on the periods of the books, and the one answer to "may this person book on this day" (SPEC L3)."""

import datetime as dt
import uuid
from typing import Any

from invoicing_site.action import action
from invoicing_site.actions.people import require
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_period, lock_row
from invoicing_site.models import Company, Membership, Period, PeriodException, User
from invoicing_site.rules.periods import Books

MOST_DAYS = 7


class OpenBooks:
    """The books as one person finds them, inside a verb that booked nothing yet. What an exception opens is told, once a verb."""

    def __init__(self, company: Company, books: Books, actor: User | None, at: dt.datetime) -> None:
        self.company, self.books, self.actor, self.at = company, books, actor, at
        self._told = False

    def check(self, day: dt.date, field: str | None = None) -> None:
        """For our own facts. Raises document.period_closed or, without an exception, period.soft_locked, at `field`."""
        if code := self.books.refusal(day):
            raise BusinessError(code, field, day=self.books.through)
        self._tell(day)

    def first_open(self, day: dt.date) -> dt.date:
        """For outside facts: `day`, or the first day after it on which this person may book."""
        found = self.books.first_open(day)
        self._tell(found)
        return found

    def _tell(self, day: dt.date) -> None:
        if self.books.by_exception(day) and not self._told:
            self._told = True
            _tell("exception_used", self.company, self.actor, self.at, day=day.isoformat())


def lock_books(company: Company, *, actor: User | None, at: dt.datetime) -> OpenBooks:
    """The company's books for `actor` at `at`; they cannot be closed before this transaction ends. Locks the period, shared.

    Publishes period.exception_used where a day is booked on that only an exception opens.
    """
    period: Any = lock_period(company, actor, at)
    return OpenBooks(company, period.books(excepted=period.excepted), actor, at)


@action
def close_books(*, company_id: int, through: dt.date, actor: User | None, at: dt.datetime, reason: str = "") -> Period:
    """Close the books for everybody through the day `through` (company's zone). Only forward; never today or later.

    Takes the period row alone, so it waits for verbs that are booking. Raises period.backwards, period.future.
    Publishes period.closed.
    """
    company = Company.objects.get(pk=company_id)
    period: Period = lock_row(Period.objects.filter(company_id=company_id))
    if period.closed_through is not None and through <= period.closed_through:
        raise BusinessError("period.backwards", "through", day=period.closed_through)
    _past(company, through, at)
    period.closed_through = through
    period.save(update_fields=["closed_through"])
    _tell("closed", company, actor, at, through=through.isoformat())
    return period


@action
def close_softly(
    *, company_id: int, through: dt.date | None, reason: str = "", actor: User | None, at: dt.datetime
) -> Period:
    """Close the books through `through` (company's zone) for all who hold no exception; None opens what is not hard closed.

    Forward as it comes; backwards with a `reason`. Takes the period row alone. Raises period.future, period.behind (at or
    before the hard lock), reason.missing. Publishes period.soft_closed.
    """
    company = Company.objects.get(pk=company_id)
    period: Period = lock_row(Period.objects.filter(company_id=company_id))
    if through == period.soft_through:
        return period
    if through is not None:
        _past(company, through, at)
        if period.closed_through is not None and through <= period.closed_through:
            raise BusinessError("period.behind", "through", day=period.closed_through)
    back = period.soft_through is not None and (through is None or through < period.soft_through)
    if back and not reason.strip():
        raise BusinessError("reason.missing", "reason")
    period.soft_through = through
    period.save(update_fields=["soft_through"])
    _tell("soft_closed", company, actor, at, through=through.isoformat() if through else None)
    return period


def _past(company: Company, through: dt.date, at: dt.datetime) -> None:
    if through >= local_date(at, company.time_zone):
        raise BusinessError("period.future", "through")


@action
def grant_exception(
    *, company: Company, membership: uuid.UUID, days: int, reason: str, actor: User, at: dt.datetime
) -> PeriodException:
    """Let a member book into softly closed days for `days` (1 to 7) from now on, with a reason.

    To oneself only where nobody else may close books. Raises role.not_allowed, reason.missing, period.exception_days,
    period.exception_person, period.exception_own. Publishes period.exception_granted.
    """
    require(actor, company, "books.close")
    if not reason.strip():
        raise BusinessError("reason.missing", "reason")
    if not 1 <= days <= MOST_DAYS:
        raise BusinessError("period.exception_days", "days", most=MOST_DAYS)
    members = Membership.objects.for_company(company).current()
    member = members.who_may("documents.issue").filter(uuid=membership).first()
    if member is None:
        raise BusinessError("period.exception_person", "person")
    own = member.user_id == actor.pk
    if own and members.who_may("books.close").exclude(user=actor.pk).exists():
        raise BusinessError("period.exception_own", "person")
    made: PeriodException = PeriodException.objects.create(
        company=company, person_id=member.user_id, reason=reason.strip(), expires_at=at + dt.timedelta(days=days),
        granted_by=actor, granted_at=at, single_handed=own,
    )  # fmt: skip
    until = made.expires_at.isoformat()
    _tell("exception_granted", company, actor, at, exception=str(made.uuid), until=until, single_handed=own)
    return made


@action
def revoke_exception(
    *, company: Company, exception_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> PeriodException:
    """End an exception before it expires; twice is once. Locks it.

    Raises role.not_allowed, not_found. Publishes period.exception_revoked.
    """
    require(actor, company, "books.close")
    row: PeriodException = lock_row(PeriodException.objects.for_company(company).filter(uuid=exception_uuid))
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = at, actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        _tell("exception_revoked", company, actor, at, exception=str(row.uuid))
    return row


def _tell(what: str, company: Company, actor: User | None, at: dt.datetime, **data: object) -> None:
    subject = ("company", company.uuid)
    publish(f"period.{what}", company=company, subject=subject, data=data, actor=actor, at=at)
