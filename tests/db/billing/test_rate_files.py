"""Files of exchange rates: stored once, never over what people entered, never when they lie."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from billing.actions.rate_files import note_trouble, receive_rates, store_rates, take_rates
from billing.actions.rates import enter_rate
from billing.models import Document, ExchangeRate, RateFile
from billing.models.rate import RateOrigin
from invoicing_site import files
from invoicing_site.errors import BusinessError
from invoicing_site.models import Blob, Event
from tests.helpers.ecb import csv_of, xml_of, zipped
from tests.helpers.money import invoice
from tests.world import AT, TODAY, make_world

D = Decimal
DAY = dt.timedelta(days=1)
FRIDAY = TODAY - 3 * DAY
RATES = {"USD": "1.0854", "JPY": "162.5", "CHF": "0.9421", "GBP": "0.8412", "PLN": "4.1875", "SEK": "11.05"}


@pytest.fixture
def american(db: None) -> Any:
    return make_world("hudson", currency="USD", country="US")


@pytest.fixture
def kuwaiti(db: None) -> Any:
    return make_world("kuwait", currency="KWD", country="KW")


def take(world: Any, content: bytes, **fields: Any) -> RateFile:
    given = {"name": "eurofxref.xml", "origin": RateOrigin.UPLOAD, "since": None, "actor": world.accountant, "at": AT}
    return take_rates(company_id=world.company.pk, content=content, **(given | fields))


def store(world: Any, file: RateFile, **fields: Any) -> RateFile:
    return store_rates(company_id=world.company.pk, file_uuid=file.uuid, actor=world.accountant, at=AT, **fields)


def receive(world: Any, content: bytes) -> RateFile:
    return receive_rates(company_id=world.company.pk, content=content, name="rates.example", actor=None, at=AT)


def rates(world: Any) -> dict[tuple[str, dt.date], Decimal]:
    rows = ExchangeRate.objects.for_company(world.company)
    return {(row.currency, row.rate_date): row.rate for row in rows}


def counts(file: RateFile) -> tuple[int, int, int, int]:
    return file.new, file.same, file.kept, file.doubtful


def everything() -> tuple[Any, ...]:
    return (
        list(ExchangeRate.objects.order_by("id").values()),
        list(RateFile.objects.order_by("id").values()),
        Blob.objects.count(),
        Event.objects.count(),
    )


def test_a_file_is_kept_and_stored(world: Any, stranger: Any) -> None:
    content = xml_of({FRIDAY: RATES, FRIDAY - DAY: {"USD": "1.0901"}})
    file = take(world, content)
    assert (ExchangeRate.objects.count(), file.stored_at, files.fetch(file.blob)) == (0, None, content)
    assert (file.first_day, file.last_day) == (FRIDAY - DAY, FRIDAY)
    assert counts(store(world, file)) == (7, 0, 0, 0)
    row = ExchangeRate.objects.get(currency="CHF")
    assert (row.company, row.rate, row.source, row.imported, row.derivation) == (
        world.company, D("1.0614584439"), "ECB", True, "1 EUR = 0.9421 CHF",
    )  # fmt: skip
    told = Event.objects.get(type="exchange_rates.imported")
    assert (told.subject, told.data) == (file.uuid, {"new": 7, "same": 0, "kept": 0, "doubtful": 0})
    assert (row.history.get().history_user, rates(stranger)) == (world.accountant, {})


def test_the_same_day_twice_changes_nothing(world: Any) -> None:
    store(world, take(world, xml_of({FRIDAY: RATES})))
    before = list(ExchangeRate.objects.order_by("id").values())
    told, past = Event.objects.count(), ExchangeRate.history.count()
    assert counts(store(world, take(world, zipped(csv_of({FRIDAY: RATES}))))) == (0, 6, 0, 0)
    assert list(ExchangeRate.objects.order_by("id").values()) == before
    assert (Event.objects.count(), ExchangeRate.history.count()) == (told, past)


def test_what_people_entered_wins_unless_told_otherwise(world: Any) -> None:
    mine = {"currency": "USD", "rate_date": FRIDAY, "rate": D("0.93"), "source": "Bank"}
    enter_rate(company_id=world.company.pk, actor=world.accountant, at=AT, **mine)
    file = take(world, xml_of({FRIDAY: RATES}))
    assert counts(store(world, file)) == (5, 0, 1, 0)
    assert ExchangeRate.objects.filter(**mine, imported=False).exists()
    assert counts(store(world, file, overwrite=True)) == (1, 5, 0, 0)
    row = ExchangeRate.objects.get(currency="USD")
    assert (row.rate, row.source, row.imported, row.derivation) == (
        D("0.9213193293"), "ECB", True, "1 EUR = 1.0854 USD",
    )  # fmt: skip
    enter_rate(company_id=world.company.pk, actor=world.accountant, at=AT, **mine)
    row.refresh_from_db()
    assert (row.rate, row.imported, row.derivation) == (D("0.93"), False, "")


def test_a_rate_out_of_band_is_left_aside_until_accepted(world: Any) -> None:
    store(world, take(world, xml_of({FRIDAY: RATES})))
    file = take(world, xml_of({TODAY: RATES | {"JPY": "1.625"}}))
    assert counts(store(world, file)) == (5, 0, 0, 1)
    assert ("JPY", TODAY) not in rates(world)
    with pytest.raises(BusinessError) as refusal:
        store(world, file, accept=True, reason=" ")
    assert (refusal.value.code, refusal.value.field) == ("rates.reason", "reason")
    assert ("JPY", TODAY) not in rates(world)
    assert counts(store(world, file, accept=True, reason="Währungsreform")) == (1, 5, 0, 0)
    row = ExchangeRate.objects.get(currency="JPY", rate_date=TODAY)
    assert (row.rate, row.history.get().history_change_reason) == (D("0.6153846154"), "Währungsreform")


def test_an_absurd_file_is_refused_whole(world: Any) -> None:
    store(world, take(world, xml_of({FRIDAY: RATES})))
    file = take(world, xml_of({TODAY: RATES | {"JPY": "1.625", "USD": "108.54"}}))
    before = everything()
    with pytest.raises(BusinessError, match=r"rates\.file_absurd"):
        store(world, file)
    assert everything() == before
    assert counts(store(world, file, accept=True, reason="geprüft")) == (6, 0, 0, 0)


def test_another_base_is_crossed_over_the_euro(american: Any) -> None:
    store(american, take(american, xml_of({FRIDAY: RATES})))
    assert rates(american)["EUR", FRIDAY] == D("1.0854")
    row = ExchangeRate.objects.get(currency="JPY")
    assert (row.rate, row.derivation) == (D("0.0066793846"), "1 EUR = 1.0854 USD = 162.5 JPY")
    assert not ExchangeRate.objects.filter(currency="USD").exists()


@pytest.mark.parametrize(
    ("content", "since", "code", "field"),
    [
        (b"<html/>", None, "rates.file_unreadable", "file"),
        (xml_of({TODAY + DAY: RATES}), None, "rates.file_impossible", "file"),
        (xml_of({FRIDAY: RATES}), TODAY, "rates.none_since", "since"),
        (
            csv_of({dt.date(1999, 1, 4) + n * DAY: RATES | {"NOK": "11.2"} for n in range(9_900)}),
            None,
            "rates.too_many",
            "since",
        ),
        (csv_of({dt.date(1999, 1, 4) + n * DAY: RATES for n in range(10_010)}), None, "rates.file_impossible", "file"),
    ],
)
def test_a_file_that_says_nothing_is_not_kept(
    world: Any, content: bytes, since: dt.date | None, code: str, field: str
) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        take(world, content, since=since)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_a_base_the_ecb_does_not_quote(kuwaiti: Any) -> None:
    with pytest.raises(BusinessError, match=r"rates\.no_base"):
        take(kuwaiti, xml_of({FRIDAY: RATES}))
    assert not RateFile.objects.exists()


def test_earlier_days_are_left_out(world: Any) -> None:
    content = csv_of({FRIDAY - n * DAY: {"USD": "1.08"} for n in range(90)})
    assert counts(store(world, take(world, content, since=FRIDAY - 9 * DAY))) == (10, 0, 0, 0)
    assert min(day for _, day in rates(world)) == FRIDAY - 9 * DAY


def test_foreign_files_do_not_exist(world: Any, stranger: Any) -> None:
    file = take(stranger, xml_of({FRIDAY: RATES}))
    before = everything()
    with pytest.raises(BusinessError, match="not_found"):
        store(world, file)
    assert everything() == before


def test_issued_documents_keep_their_rate(world: Any) -> None:
    store(world, take(world, xml_of({FRIDAY: RATES})))
    document = invoice(world, currency="USD")
    kept = Document.objects.values().get(pk=document.pk)
    store(world, take(world, xml_of({FRIDAY: RATES | {"USD": "1.1"}})))
    assert rates(world)["USD", FRIDAY] == D("0.9090909091")
    assert Document.objects.values().get(pk=document.pk) == kept
    assert (kept["fx_rate"], kept["fx_rate_date"], kept["base_total"]) == (D("0.9213193293"), FRIDAY, D("92.13"))


def test_what_the_source_sends_is_stored_once(world: Any) -> None:
    content = xml_of({FRIDAY: RATES})
    first = receive(world, content)
    before = everything()
    assert (receive(world, content).pk, counts(first), first.taken_by) == (first.pk, (6, 0, 0, 0), None)
    assert everything() == before


def test_a_lying_source_changes_no_rate_and_stops_no_issue(world: Any) -> None:
    receive(world, xml_of({FRIDAY: RATES}))
    good = rates(world)
    lies = [
        (xml_of({TODAY: dict.fromkeys(RATES, "1")}), "rates.file_absurd"),
        (b"<html>503</html>", "rates.file_unreadable"),
        (xml_of({TODAY: RATES | {"USD": "-1"}}), "rates.file_impossible"),
        (b"<!DOCTYPE x><x/>", "rates.file_unreadable"),
    ]
    for content, problem in lies:
        assert receive(world, content).problem == problem
        assert rates(world) == good
    assert Event.objects.filter(type="exchange_rates.refused").count() == 4
    assert invoice(world, currency="USD").fx_rate_date == FRIDAY


def test_the_same_trouble_is_noted_once(world: Any) -> None:
    for _ in range(3):
        note_trouble(
            company_id=world.company.pk, name="rates.example", problem="rates.source_silent", actor=None, at=AT
        )
    assert (RateFile.objects.count(), Event.objects.filter(type="exchange_rates.refused").count()) == (1, 1)
    receive(world, xml_of({FRIDAY: RATES}))
    note_trouble(company_id=world.company.pk, name="rates.example", problem="rates.source_silent", actor=None, at=AT)
    assert RateFile.objects.count() == 3


def test_the_command_says_what_it_did(world: Any, stranger: Any, tmp_path: Path) -> None:
    path = tmp_path / "eurofxref.zip"
    path.write_bytes(zipped(csv_of({FRIDAY: RATES})))
    said = StringIO()
    call_command("import_rates", str(path), stdout=said)
    assert said.getvalue() == "".join(
        f"{slug}: 6 new, 0 the same, 0 kept as entered, 0 doubtful\n"
        for slug in sorted([world.company.slug, stranger.company.slug])
    )
    path.write_bytes(xml_of({TODAY: dict.fromkeys(RATES, "1")}))
    with pytest.raises(SystemExit):
        call_command("import_rates", str(path), company=world.company.slug, stdout=said)
    assert "Too many rates" in said.getvalue()
    call_command("import_rates", str(path), company=world.company.slug, accept="geprüft", stdout=said)
    assert rates(world)["USD", TODAY] == 1
    for wrong in ({"company": "nobody"}, {}):
        with pytest.raises(CommandError):
            call_command("import_rates", str(path) if wrong else str(tmp_path / "absent"), stdout=said, **wrong)
