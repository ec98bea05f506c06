"""Soft and hard locks: who may book where, by whose leave, and what the database holds itself (SPEC L3; FAULTS 20)."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.actions.void import void
from billing.models import Entry
from invoicing_site.actions.periods import close_books, close_softly, grant_exception, revoke_exception
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Membership, Period, PeriodException
from payments.actions.allocate import allocate
from payments.actions.refund import record_refund, undo_refund
from tests.helpers.money import all_of, invoice, payment
from tests.world import AT, TODAY

DAY = dt.timedelta(days=1)
LOCKED = dt.date(2026, 3, 12)
INSIDE = dt.date(2026, 3, 10)


def soft(world: Any, through: dt.date | None = LOCKED, reason: str = "") -> Period:
    return close_softly(company_id=world.company.pk, through=through, reason=reason, actor=world.owner, at=AT)


def hard(world: Any, through: dt.date = LOCKED) -> Period:
    return close_books(company_id=world.company.pk, through=through, actor=world.owner, at=AT)


def place(world: Any, role: str) -> uuid.UUID:
    found: uuid.UUID = Membership.objects.get(company=world.company, user=world.people[role]).uuid
    return found


def exception(world: Any, role: str = "accountant", *, by: Any = None, days: int = 2, at: dt.datetime = AT) -> Any:
    return grant_exception(
        company=world.company, membership=place(world, role), days=days, reason="Nachtrag", actor=by or world.owner, at=at
    )  # fmt: skip


def told(kind: str) -> list[Any]:
    return list(Event.objects.filter(type=f"period.{kind}").order_by("id").values_list("data", "actor"))


def test_a_softly_locked_day_is_closed_to_all_without_an_exception(world: Any, stranger: Any) -> None:
    document = invoice(world, on=INSIDE)
    soft(world)
    soft(stranger)
    exception(stranger)
    with pytest.raises(BusinessError) as refused:
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=world.accountant, at=AT)
    assert (refused.value.code, refused.value.params["day"]) == ("period.soft_locked", LOCKED)
    paid = payment(world, "10.00", on=INSIDE)
    assert Entry.objects.get(source=paid.uuid).booked_on == LOCKED + DAY
    assert told("exception_used") == []


def test_an_exception_opens_them_to_its_person_and_every_use_is_told(world: Any) -> None:
    document = invoice(world, on=INSIDE)
    soft(world)
    exception(world)
    paid = payment(world, "10.00", on=INSIDE)
    assert Entry.objects.get(source=paid.uuid).booked_on == INSIDE
    with pytest.raises(BusinessError, match=r"period\.soft_locked"):
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=world.owner, at=AT)
    void(company=world.company, document_uuid=document.uuid, reason="typo", actor=world.accountant, at=AT)
    used = [({"day": INSIDE.isoformat()}, world.accountant.pk)] * 2
    assert told("exception_used") == used


def test_it_ends_by_itself_or_is_revoked(world: Any) -> None:
    document = invoice(world, on=INSIDE)
    soft(world)
    row = exception(world)
    for at in (AT + 2 * DAY, AT + 3 * DAY):
        with pytest.raises(BusinessError, match=r"period\.soft_locked"):
            void(company=world.company, document_uuid=document.uuid, reason="typo", actor=world.accountant, at=at)
    for _ in range(2):
        revoke_exception(company=world.company, exception_uuid=row.uuid, actor=world.owner, at=AT)
    with pytest.raises(BusinessError, match=r"period\.soft_locked"):
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=world.accountant, at=AT)
    row.refresh_from_db()
    assert (row.revoked_by, len(told("exception_revoked"))) == (world.owner, 1)


def test_the_hard_lock_knows_no_exception(world: Any) -> None:
    document = invoice(world, on=INSIDE)
    hard(world)
    soft(world, TODAY - DAY)
    exception(world)
    with pytest.raises(BusinessError, match=r"document\.period_closed"):
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=world.accountant, at=AT)
    paid = payment(world, "10.00", on=INSIDE)
    assert Entry.objects.get(source=paid.uuid).booked_on == LOCKED + DAY


def test_outside_facts_of_every_kind_go_to_the_first_open_day(world: Any) -> None:
    document, paid = invoice(world), payment(world, "100.00", on=INSIDE)
    soft(world, TODAY - DAY)
    allocate(company=world.company, payment_uuid=paid.uuid, shares=[all_of(document)], actor=world.accountant, at=AT)
    rest = payment(world, "10.00", on=INSIDE)
    refund = record_refund(
        company=world.company, payment_uuid=rest.uuid, amount=Decimal("10.00"), refunded_on=INSIDE, method="transfer",
        reason="Kulanz", actor=world.accountant, at=AT,
    )  # fmt: skip
    undo_refund(company=world.company, refund_uuid=refund.uuid, reason="zurück", actor=world.accountant, at=AT)
    days = set(Entry.objects.exclude(source=paid.uuid).values_list("booked_on", flat=True))
    assert days == {TODAY}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"days": 0}, "period.exception_days"),
        ({"days": 8}, "period.exception_days"),
        ({"role": "auditor"}, "period.exception_person"),
        ({"role": "owner"}, "period.exception_own"),
        ({"by": "accountant"}, "period.exception_own"),
        ({"by": "clerk"}, "role.not_allowed"),
    ],
)
def test_who_gives_what_to_whom(world: Any, change: dict[str, Any], code: str) -> None:
    by = world.people[change["by"]] if "by" in change else None
    with pytest.raises(BusinessError) as refused:
        exception(world, change.get("role", "accountant"), by=by, days=change.get("days", 1))
    assert (refused.value.code, PeriodException.objects.count()) == (code, 0)


def test_a_stranger_gets_none_and_gives_none(world: Any, stranger: Any) -> None:
    with pytest.raises(BusinessError, match=r"period\.exception_person"):
        grant_exception(
            company=world.company, membership=place(stranger, "accountant"), days=1, reason="x", actor=world.owner, at=AT
        )  # fmt: skip
    row = exception(world)
    with pytest.raises(BusinessError, match="not_found"):
        revoke_exception(company=stranger.company, exception_uuid=row.uuid, actor=stranger.owner, at=AT)
    with pytest.raises(BusinessError, match=r"reason\.missing"):
        grant_exception(
            company=world.company, membership=place(world, "clerk"), days=1, reason=" ", actor=world.owner, at=AT
        )  # fmt: skip
    assert PeriodException.objects.get().revoked_at is None


def test_who_closes_books_alone_gives_it_to_themselves_and_it_says_so(world: Any) -> None:
    Membership.objects.filter(company=world.company, role="accountant").update(role="clerk")
    row = exception(world, "owner")
    assert (row.single_handed, told("exception_granted")[0][0]["single_handed"]) == (True, True)


def test_the_soft_lock_goes_back_only_with_a_reason_and_never_behind_the_hard_one(world: Any) -> None:
    soft(world)
    for through in (LOCKED - DAY, None):
        with pytest.raises(BusinessError, match=r"reason\.missing"):
            soft(world, through)
    with pytest.raises(BusinessError, match=r"period\.future"):
        soft(world, TODAY)
    hard(world, INSIDE)
    with pytest.raises(BusinessError, match=r"period\.behind"):
        soft(world, INSIDE, "zurück")
    soft(world, None, "Prüfung fertig")
    soft(world, None)
    assert [data["through"] for data, _ in told("soft_closed")] == [LOCKED.isoformat(), None]


BREAKS = {
    "opened again": "UPDATE invoicing_site_period SET closed_through = NULL",
    "moved back": "UPDATE invoicing_site_period SET closed_through = closed_through - 1",
    "booked into": "INSERT INTO billing_entry (company_id, uuid, source_kind, source, purpose, booked_on, value_on, rate) SELECT company_id, "
    "gen_random_uuid(), 'document', gen_random_uuid(), 'issue', closed_through, closed_through, 1 FROM invoicing_site_period",
    "longer": "UPDATE invoicing_site_periodexception SET expires_at = expires_at + interval '1 day'",
    "somebody else's": "UPDATE invoicing_site_periodexception SET person_id = granted_by_id",
    "too long": "INSERT INTO invoicing_site_periodexception (company_id, uuid, person_id, reason, expires_at, granted_by_id, granted_at, "
    "single_handed) SELECT company_id, gen_random_uuid(), person_id, 'x', granted_at + interval '8 days', granted_by_id, granted_at, false "
    "FROM invoicing_site_periodexception",
    "to oneself": "INSERT INTO invoicing_site_periodexception (company_id, uuid, person_id, reason, expires_at, granted_by_id, granted_at, "
    "single_handed) SELECT company_id, gen_random_uuid(), person_id, 'x', expires_at, person_id, granted_at, false "
    "FROM invoicing_site_periodexception",
    "gone": "DELETE FROM invoicing_site_periodexception",
}


@pytest.mark.parametrize("case", BREAKS)
def test_the_database_holds_it_against_raw_sql(world: Any, case: str) -> None:
    hard(world)
    exception(world)
    before = (list(Period.objects.values()), list(PeriodException.objects.values()), Entry.objects.count())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BREAKS[case])
    assert before == (list(Period.objects.values()), list(PeriodException.objects.values()), Entry.objects.count())
