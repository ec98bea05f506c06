"""Opening balances and other numbers given elsewhere: unique, uncounted, chained, booked where the books are open (SPEC B4)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.openings import Opening, record_openings
from billing.actions.prove import prove_company
from billing.actions.series import add_series, jump_counter
from billing.actions.void import void
from billing.models import Counter, Document, DueItem, Entry, Posting, Series
from billing.reports.chain import chains
from invoicing_site.actions.periods import close_books
from invoicing_site.errors import BusinessError
from invoicing_site.models import Mail
from invoicing_site.verify import problems_of
from tests.helpers.kinds import drafted, issued, opening
from tests.helpers.money import all_of, payment
from tests.world import AT, TODAY

CLOSED = dt.date(2025, 12, 31)


def proven(world: Any, as_of: dt.date | None = None) -> list[Any]:
    return list(prove_company(company=world.company, actor=None, at=AT).differences)


def test_an_opening_balance_keeps_its_number_and_date(world: Any) -> None:
    made = opening(world)
    assert (made.number, made.seq, made.state) == ("ALT-0815", None, "issued")
    assert (made.issue_date, made.due_on) == (dt.date(2025, 11, 20), dt.date(2025, 12, 20))
    assert (made.total, made.tax, made.open_amount) == (Decimal("238.00"), 0, Decimal("238.00"))
    assert DueItem.objects.get(document=made).amount == Decimal("238.00")
    entry = Entry.objects.get(source=made.uuid)
    assert (entry.booked_on, entry.value_on) == (dt.date(2025, 11, 20), dt.date(2025, 11, 20))
    booked = {row.account.purpose: row.amount for row in Posting.objects.filter(entry=entry).select_related("account")}
    assert booked == {"receivable": Decimal("238.00"), "opening": Decimal("-238.00")}
    assert not Mail.objects.exists()
    assert proven(world) == []


def test_closed_books_take_it_on_their_first_open_day(world: Any) -> None:
    close_books(company_id=world.company.pk, through=CLOSED, actor=world.owner, at=AT)
    made = opening(world)
    entry = Entry.objects.get(source=made.uuid)
    assert (made.issue_date, entry.booked_on, entry.value_on) == (
        dt.date(2025, 11, 20),
        dt.date(2026, 1, 1),
        dt.date(2025, 11, 20),
    )
    assert proven(world) == []
    void(company=world.company, document_uuid=made.uuid, reason="Doppelt", actor=world.owner, at=AT)
    inverse = Entry.objects.get(source=made.uuid, purpose="void")
    assert inverse.booked_on == dt.date(2026, 1, 1)
    assert proven(world) == []


def test_it_is_paid_like_an_invoice(world: Any) -> None:
    made = opening(world)
    payment(world, "238.00", all_of(made))
    made.refresh_from_db()
    assert made.open_amount == 0
    assert proven(world) == []


def test_many_are_all_or_none(world: Any) -> None:
    def one(number: str, amount: str = "10.00") -> Opening:
        return Opening(world.client.pk, number, TODAY, TODAY, Decimal(amount), "EUR")

    made = record_openings(company=world.company, openings=[one("A"), one("B")], actor=world.owner, at=AT)
    assert [row.number for row in made] == ["A", "B"]
    with pytest.raises(BusinessError) as error:
        record_openings(company=world.company, openings=[one("C"), one("A")], actor=world.owner, at=AT)
    assert (error.value.code, error.value.field) == ("document.external_taken", "external_number")
    assert Document.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"number": " "}, ("opening.number", "number")),
        ({"number": "X" * 36}, ("opening.number", "number")),
        ({"amount": Decimal(0)}, ("opening.amount", "amount")),
        ({"amount": Decimal("NaN")}, ("opening.amount", "amount")),
        ({"due_on": dt.date(2025, 11, 19)}, ("opening.due_on", "due_on")),
        ({"client_id": 0}, ("document.client_unknown", "client")),
        ({"currency": "USD"}, ("document.no_rate", "currency")),
    ],
)
def test_bad_input_changes_nothing(world: Any, change: dict[str, Any], expected: tuple[str, str]) -> None:
    with pytest.raises(BusinessError) as error:
        opening(world, **change)
    assert (error.value.code, error.value.field) == expected
    assert not Document.objects.exists()


def test_the_chain_runs_in_the_order_they_came_in(world: Any) -> None:
    for number in ("Z-9", "A-1", "M-5"):
        opening(world, number)
    counter = Counter.objects.get(series__kind="opening_balance")
    assert (counter.period_key, counter.last, counter.last_date) == ("", 0, None)
    found = {chain.name: chain for chain in chains(world.company)}
    chain = found[f"documents:{counter.series.uuid}:"]
    assert chain.length == 3
    assert [link.name for link in chain.links] == ["Z-9", "A-1", "M-5"]
    assert [problem for each in chains(world.company) for problem in problems_of(each)] == []


def elsewhere(world: Any) -> Series:
    return add_series(
        company_id=world.company.pk,
        name="Altsystem",
        pattern="",
        reset="never",
        external=True,
        actor=world.owner,
        at=AT,
    )


def test_an_imported_invoice_stands_beside_the_counted_ones(world: Any) -> None:
    elsewhere(world)
    issued(world, drafted(world))
    old = issued(
        world, drafted(world, external_number="2019/77", issue_date=dt.date(2019, 5, 2), supply_to=dt.date(2019, 5, 2))
    )
    assert (old.number, old.seq, old.issue_date) == ("2019/77", None, dt.date(2019, 5, 2))
    assert issued(world, drafted(world)).number == "RE-2026-00002"
    with pytest.raises(BusinessError, match=r"document\.external_taken"):
        issued(world, drafted(world, external_number="2019/77"))
    with pytest.raises(BusinessError) as error:
        issued(world, drafted(world, external_number="RE-2026-00003"))
    assert (error.value.code, error.value.field) == ("document.external_to_come", "external_number")
    assert proven(world) == []


def test_numbers_that_were_skipped_may_be_entered(world: Any) -> None:
    elsewhere(world)
    series = Series.objects.get(kind="invoice", is_default=True)
    jump_counter(
        company_id=world.company.pk,
        series_uuid=series.uuid,
        next_seq=5,
        reason="Altsystem bis 4",
        actor=world.owner,
        at=AT,
    )
    assert issued(world, drafted(world, external_number="RE-2026-00003")).number == "RE-2026-00003"
    assert issued(world, drafted(world)).number == "RE-2026-00005"
    assert proven(world) == []


def test_a_number_without_such_a_series_is_refused(world: Any) -> None:
    with pytest.raises(BusinessError, match=r"document\.no_series"):
        issued(world, drafted(world, external_number="2019/77"))
    with pytest.raises(BusinessError) as error:
        issued(world, drafted(world, kind="opening_balance"))
    assert (error.value.code, error.value.field) == ("document.external_missing", "external_number")
    assert not Document.objects.exclude(state="draft").exists()
