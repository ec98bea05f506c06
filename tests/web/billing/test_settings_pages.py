from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.rates import enter_rate
from billing.models import Account, Counter, ExchangeRate, Jump, Series, TaxCode, TaxRate
from invoicing_site import clock
from invoicing_site.clock import local_date
from invoicing_site.models import Event
from tests.helpers.people import office_client
from tests.world import AT, TODAY

D = Decimal
DAY = dt.timedelta(days=1)
People = Callable[[str], Browser]


@pytest.fixture
def browser(world: Any) -> People:
    return lambda role: office_client(world.people[role])


def url(name: str, slug: str = "acme", **kwargs: Any) -> str:
    return reverse(f"billing:{name}", kwargs={"company": slug} | kwargs)


def state() -> dict[str, Any]:
    """Everything these pages could change."""
    models = (TaxCode, TaxRate, Series, Counter, Jump, ExchangeRate, Account)
    return {model.__name__: list(model.objects.order_by("id").values()) for model in models} | {
        "told": Event.objects.count()
    }


def errors(response: HttpResponse, name: str = "form") -> dict[str, list[str]]:
    return dict(response.context[name].errors)  # type: ignore[attr-defined]


def today() -> dt.date:
    return local_date(clock.now(), "Europe/Berlin")


def tax(world: Any, code: str = "DE19") -> TaxCode:
    found: TaxCode = TaxCode.objects.for_company(world.company).get(code=code)
    return found


def series(world: Any) -> Series:
    found: Series = Series.objects.for_company(world.company).get(kind="invoice", is_default=True)
    return found


def account(world: Any, code: str) -> Account:
    found: Account = Account.objects.for_company(world.company).get(code=code)
    return found


def rate(world: Any, **fields: Any) -> ExchangeRate:
    given: dict[str, Any] = {"currency": "USD", "rate_date": TODAY, "rate": D("0.9213"), "source": "ECB"}
    return enter_rate(company_id=world.company.pk, actor=world.accountant, at=AT, **(given | fields))


NEW_TAX: dict[str, Any] = {
    "code": "AT20", "name": "USt 20 %", "category": "S", "printed": "", "rate": "20", "valid_from": "2016-01-01",
}  # fmt: skip
SERIES: dict[str, Any] = {"name": "Ausgang", "pattern": "A{yy}-{seq:04}", "reset": "yearly"}
ACCOUNT: dict[str, Any] = {"code": "8337", "name": "Erlöse § 13b", "purpose": "", "is_revenue": "on"}


def new_rate(**fields: Any) -> dict[str, Any]:
    return {"currency": "USD", "rate_date": "2026-03-16", "quoted": "base", "rate": "0.9213", "source": "ECB"} | fields


# -- taxes


def test_taxes_are_listed_with_the_rate_of_today(world: Any, stranger: Any, browser: People) -> None:
    page = browser("auditor").get(url("taxes"))
    assert {row.code: rate for row, rate in page.context["taxes"]} == {
        "DE19": D(19), "DE7": D(7), "EU-RC": D(0), "EU-IC": D(0), "EXPORT": D(0), "OUTSIDE": D(0),
    }  # fmt: skip
    assert str(tax(stranger).uuid) not in page.content.decode()
    assert "Add tax" not in page.content.decode()
    shown = browser("auditor").get(url("tax", tax_code=tax(world).uuid))
    assert ("16%" in shown.content.decode(), "Add rate" in shown.content.decode()) == (True, False)


def test_a_tax_says_its_class_country_and_code(world: Any, browser: People) -> None:
    more = {"tax_class": "reduced", "country": "FR", "reason_code": "", "is_compound": "on"}
    assert browser("accountant").post(url("tax_new"), NEW_TAX | more).status_code == 302
    made = tax(world, "AT20")
    assert (made.tax_class, made.country, made.is_compound) == ("reduced", "FR", True)
    rc = tax(world, "EU-RC")
    body = {"name": rc.name, "printed": rc.reason, "tax_class": "zero", "reason_code": "VATEX-EU-AE"}
    assert browser("accountant").post(url("tax_edit", tax_code=rc.uuid), body).status_code == 302
    rc.refresh_from_db()
    assert (rc.tax_class, rc.reason_code) == ("zero", "VATEX-EU-AE")
    refused = browser("accountant").post(url("tax_edit", tax_code=rc.uuid), body | {"reason_code": "weil"})
    assert (refused.status_code, list(errors(refused))) == (422, ["reason_code"])


def test_a_tax_is_added(world: Any, browser: People) -> None:
    response = browser("accountant").post(url("tax_new"), NEW_TAX)
    made = tax(world, "AT20")
    assert response.headers["Location"] == url("tax", tax_code=made.uuid)
    assert (made.rates.get().rate, made.history.get().history_user) == (D(20), world.accountant)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"code": "DE19"}, "code", "Another tax already has this code."),
        ({"name": ""}, "name", "This field is required."),
        ({"category": "Q"}, "category", "Select a valid choice."),
        ({"category": "AE", "rate": "0"}, "printed", "The law wants the reason printed"),
        ({"rate": "101"}, "rate", "Ensure this value is less than or equal to 100."),
        ({"rate": "0"}, "rate", "The standard category needs a rate above 0."),
        ({"valid_from": "yesterday"}, "valid_from", "Enter a valid date."),
    ],
)
def test_a_wrong_tax_is_refused_at_its_field(
    world: Any, browser: People, fields: dict[str, str], field: str, sentence: str
) -> None:
    before = state()
    response = browser("accountant").post(url("tax_new"), NEW_TAX | fields)
    assert (response.status_code, state()) == (422, before)
    assert errors(response)[field][0].startswith(sentence)


def test_rates_are_added_ended_and_withdrawn(world: Any, browser: People) -> None:
    row, accountant = tax(world), browser("accountant")
    here = url("tax", tax_code=row.uuid)
    coming = today() + 40 * DAY
    fields = {"rate": "21", "valid_from": coming.isoformat(), "ends_previous": "on"}
    assert accountant.post(url("tax_rate_add", tax_code=row.uuid), fields).headers["Location"] == here
    assert row.rates.get(valid_from=coming).rate == D(21)
    assert row.rates.get(valid_from=dt.date(2021, 1, 1)).valid_to == coming - DAY
    states = [(str(r.rate.normalize()), state) for r, state, _form in accountant.get(here).context["rates"]]
    assert states == [("21", "coming"), ("19", "open"), ("16", "past"), ("19", "past")]
    withdrawn = {"valid_from": coming.isoformat()}
    assert accountant.post(url("tax_rate_withdraw", tax_code=row.uuid), withdrawn).status_code == 302
    assert not row.rates.filter(valid_from=coming).exists()
    other = tax(world, "DE7")
    ended = {"valid_from": "2021-01-01", "valid_to": today().isoformat()}
    assert accountant.post(url("tax_rate_end", tax_code=other.uuid), ended).status_code == 302
    assert other.rates.get(valid_from=dt.date(2021, 1, 1)).valid_to == today()


def test_a_wrong_rate_is_refused_where_it_was_typed(world: Any, browser: People) -> None:
    row, accountant = tax(world), browser("accountant")
    before = state()
    overlap = {"rate": "21", "valid_from": (today() + DAY).isoformat()}
    added = accountant.post(url("tax_rate_add", tax_code=row.uuid), overlap)
    assert (added.status_code, list(errors(added, "rate_form"))) == (422, ["valid_from"])
    past = {"valid_from": "2021-01-01", "valid_to": "2022-01-01"}
    ended = accountant.post(url("tax_rate_end", tax_code=row.uuid), past)
    [form] = [form for _rate, _state, form in ended.context["rates"] if form is not None]
    assert (ended.status_code, list(form.errors)) == (422, ["valid_to"])
    assert "Days that have passed keep their rate" in ended.content.decode()
    begun = accountant.post(url("tax_rate_withdraw", tax_code=row.uuid), {"valid_from": "2021-01-01"})
    assert "This rate is in force and is never removed" in begun.content.decode()
    gone = accountant.post(
        url("tax_rate_end", tax_code=row.uuid), {"valid_from": "1999-01-01", "valid_to": "2030-01-01"}
    )
    assert "This no longer exists" in gone.content.decode()
    assert state() == before


def test_a_tax_is_renamed_archived_and_restored(world: Any, browser: People) -> None:
    row, accountant = tax(world, "EXPORT"), browser("accountant")
    wrong = accountant.post(url("tax_edit", tax_code=row.uuid), {"name": "Ausfuhr", "printed": ""})
    assert (wrong.status_code, list(errors(wrong))) == (422, ["printed"])
    accountant.post(url("tax_edit", tax_code=row.uuid), {"name": "Ausfuhr Drittland", "printed": "§ 6 UStG"})
    accountant.post(url("tax_archive", tax_code=row.uuid))
    row.refresh_from_db()
    assert (row.name, row.reason, row.archived_at is None) == ("Ausfuhr Drittland", "§ 6 UStG", False)
    accountant.post(url("tax_restore", tax_code=row.uuid))
    row.refresh_from_db()
    assert row.archived_at is None


# -- number series


def test_series_show_the_next_number(world: Any, browser: People) -> None:
    Counter.objects.create(company=world.company, series=series(world), period_key=f"{today():%Y}", last=41)
    page = browser("auditor").get(url("series"))
    invoices = [standing for standing in page.context["standings"] if standing.series.kind == "invoice"]
    assert [(s.last, s.next) for s in invoices] == [(41, f"RE-{today():%Y}-00042")]
    assert "Add series" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"pattern": "X-{yy}{month}-{seq:03}", "reset": "monthly", "seq": "7"}, "X-{yy}{month}-007"),
        ({"pattern": "X{seq}", "reset": "never", "seq": "nonsense"}, "X1"),
        ({"pattern": "X{seq}", "reset": "never", "seq": "99999999999"}, "X1"),
        ({"pattern": "X", "reset": "never"}, "The pattern must hold {seq} exactly once"),
        ({"pattern": "X{seq}", "reset": "yearly"}, "the pattern must hold the {year} or {yy}"),
        ({"pattern": "<b>{seq}", "reset": "never"}, "Patterns hold letters and digits"),
        ({"pattern": "", "reset": ""}, ""),
        ({}, ""),
    ],
)
def test_the_live_example_says_what_a_pattern_writes(
    world: Any, browser: People, query: dict[str, str], text: str
) -> None:
    answer = browser("accountant").get(url("series_example"), query).content.decode()
    wanted = text.replace("{yy}{month}", f"{today():%y%m}") if query.get("seq") == "7" else text
    assert wanted in answer
    assert (answer.strip() == "") == (text == "")
    assert "<b>" not in answer


def test_a_series_is_added_used_changed_and_jumps(world: Any, browser: People) -> None:
    accountant, first = browser("accountant"), series(world)
    assert accountant.post(url("series_new"), SERIES).headers["Location"] == url("series")
    made = Series.objects.get(name="Ausgang")
    assert (made.company, made.is_default) == (world.company, False)
    accountant.post(url("series_prefer", series=made.uuid))
    assert series(world) == made
    accountant.post(
        url("series_edit", series=first.uuid), {"name": "Alt", "pattern": "RE{year}-{seq:05}", "reset": "yearly"}
    )
    first.refresh_from_db()
    assert (first.name, first.pattern) == ("Alt", "RE{year}-{seq:05}")
    here = url("series_edit", series=made.uuid)
    jumped = {"next_seq": "500", "reason": "Übernahme"}
    assert accountant.post(url("series_jump", series=made.uuid), jumped).headers["Location"] == here
    page = accountant.get(here)
    assert (page.context["standing"].next, page.context["jumps"][0].reason) == (f"A{today():%y}-0500", "Übernahme")


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"pattern": "A{yy}"}, "pattern", "The pattern must hold {seq} exactly once"),
        ({"pattern": "A{seq}"}, "pattern", "Numbers start again, so the pattern must hold the {year}"),
        ({"pattern": "A {seq}"}, "pattern", "Patterns hold letters and digits"),
        ({"name": ""}, "name", "This field is required."),
        ({"reset": "daily"}, "reset", "Select a valid choice."),
    ],
)
def test_a_wrong_series_is_refused_at_its_field(
    world: Any, browser: People, fields: dict[str, str], field: str, sentence: str
) -> None:
    before = state()
    for address in (url("series_new"), url("series_edit", series=series(world).uuid)):
        response = browser("accountant").post(address, SERIES | fields)
        assert (response.status_code, state()) == (422, before)
        assert errors(response)[field][0].startswith(sentence)


def test_a_wrong_jump_is_refused_at_its_field(world: Any, browser: People) -> None:
    Counter.objects.create(company=world.company, series=series(world), period_key=f"{today():%Y}", last=41)
    before = state()
    jump = url("series_jump", series=series(world).uuid)
    for fields, field in (
        ({"next_seq": "42", "reason": "x"}, "next_seq"),
        ({"next_seq": "99", "reason": ""}, "reason"),
    ):
        response = browser("accountant").post(jump, fields)
        assert (response.status_code, list(errors(response, "jump_form")), state()) == (422, [field], before)


# -- exchange rates


def test_rates_are_listed_from_the_newest_day(world: Any, stranger: Any, browser: People) -> None:
    for days, currency in ((2, "USD"), (1, "CHF"), (0, "USD")):
        rate(world, rate_date=TODAY - days * DAY, currency=currency)
    rate(stranger)
    page = browser("auditor").get(url("rates"), {"currency": "USD"})
    assert [(row.currency, row.rate_date) for row in page.context["page"]] == [
        ("USD", TODAY), ("USD", TODAY - 2 * DAY),
    ]  # fmt: skip
    assert "Enter rate" not in page.content.decode()
    assert browser("auditor").get(url("rates"), {"currency": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "stored"), [({}, "0.9213"), ({"quoted": "foreign", "rate": "1.0854"}, "0.9213193293")]
)
def test_a_rate_is_entered_either_way_round(world: Any, browser: People, fields: dict[str, str], stored: str) -> None:
    assert browser("accountant").post(url("rate_new"), new_rate(**fields)).headers["Location"] == url("rates")
    row = ExchangeRate.objects.get()
    assert (row.company, row.currency, row.rate, row.source) == (world.company, "USD", D(stored), "ECB")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"rate": "0"}, "rate"),
        ({"rate": "0,9"}, "rate"),
        ({"rate_date": "2999-01-01"}, "rate_date"),
        ({"quoted": "sideways"}, "quoted"),
        ({"quoted": "foreign", "rate": "99999999999"}, "rate"),
        ({"source": ""}, "source"),
    ],
)
def test_a_wrong_exchange_rate_is_refused_at_its_field(
    world: Any, browser: People, fields: dict[str, str], field: str
) -> None:
    before = state()
    response = browser("accountant").post(url("rate_new"), new_rate(**fields))
    assert (response.status_code, list(errors(response)), state()) == (422, [field], before)


def test_a_rate_is_removed(world: Any, browser: People) -> None:
    row = rate(world)
    assert browser("accountant").post(url("rate_remove", exchange_rate=row.uuid)).status_code == 302
    assert not ExchangeRate.objects.exists()


# -- chart of accounts


def test_an_account_is_added_changed_archived_and_restored(world: Any, browser: People) -> None:
    accountant = browser("accountant")
    assert accountant.post(url("account_new"), ACCOUNT).headers["Location"] == url("accounts")
    made = account(world, "8337")
    accountant.post(url("account_edit", account=made.uuid), ACCOUNT | {"name": "Erlöse 13b"})
    accountant.post(url("account_archive", account=made.uuid))
    made.refresh_from_db()
    assert (made.name, made.is_revenue, made.archived_at is None) == ("Erlöse 13b", True, False)
    accountant.post(url("account_restore", account=made.uuid))
    made.refresh_from_db()
    assert made.archived_at is None
    page = browser("auditor").get(url("accounts"))
    assert "8337" in [row.code for row in page.context["accounts"]]
    assert "Add account" not in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"code": "8400"}, "code", "Another account already has this number."),
        ({"code": "83 37"}, "code", "Account numbers hold letters, digits, dots and hyphens."),
        ({"name": ""}, "name", "This field is required."),
        ({"purpose": "bank"}, "is_revenue", "Only accounts without a purpose"),
        ({"purpose": "piggy"}, "purpose", "Select a valid choice."),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(
    world: Any, browser: People, fields: dict[str, str], field: str, sentence: str
) -> None:
    before = state()
    response = browser("accountant").post(url("account_new"), ACCOUNT | fields)
    assert (response.status_code, state()) == (422, before)
    assert errors(response)[field][0].startswith(sentence)


def test_a_needed_account_is_not_archived(world: Any, browser: People) -> None:
    before = state()
    response = browser("accountant").post(url("account_archive", account=account(world, "1200").uuid))
    assert (response.status_code, state()) == (422, before)
    assert "This account has a purpose and is needed." in response.content.decode()


# -- all of them


def test_lists_cost_the_same_for_one_and_three(world: Any, browser: People) -> None:
    reader = browser("auditor")
    names = ("taxes", "series", "rates", "accounts")

    def statements() -> list[int]:
        counts = []
        for name in names:
            with CaptureQueriesContext(connection) as queries:
                assert reader.get(url(name)).status_code == 200
            counts.append(len([query for query in queries if '"billing_' in query["sql"]]))
        return counts

    rate(world)
    before = statements()
    for number in (2, 3):
        rate(world, rate_date=TODAY - number * DAY)
        made = TaxCode.objects.create(company=world.company, code=f"T{number}", name="x")
        TaxRate.objects.create(company=world.company, tax_code=made, rate=1, valid_from=TODAY)
        Series.objects.create(
            company=world.company, kind="invoice", name="x", pattern=f"{number}{{seq}}", reset="never", is_default=False
        )
        Account.objects.create(company=world.company, code=f"A{number}", name="x")
    assert statements() == before == [2, 2, 4, 1]


def edits(world: Any) -> list[tuple[str, dict[str, Any]]]:
    """One POST to each page that changes something of `world`."""
    row, numbers, chart = tax(world).uuid, series(world).uuid, account(world, "8500").uuid
    return [
        (url("tax_edit", tax_code=row), {"name": "X"}),
        (url("tax_rate_add", tax_code=row), {"rate": "21", "valid_from": "2999-01-01", "ends_previous": "on"}),
        (url("tax_rate_end", tax_code=row), {"valid_from": "2021-01-01", "valid_to": "2999-01-01"}),
        (url("tax_rate_withdraw", tax_code=row), {"valid_from": "2999-01-01"}),
        (url("tax_archive", tax_code=row), {}),
        (url("tax_restore", tax_code=row), {}),
        (url("series_edit", series=numbers), SERIES),
        (url("series_jump", series=numbers), {"next_seq": "500", "reason": "x"}),
        (url("series_prefer", series=numbers), {}),
        (url("rate_remove", exchange_rate=rate(world).uuid), {}),
        (url("account_edit", account=chart), ACCOUNT),
        (url("account_archive", account=chart), {}),
        (url("account_restore", account=chart), {}),
    ]


def test_whose_role_may_not_changes_nothing(world: Any, browser: People) -> None:
    new = [
        (url("tax_new"), NEW_TAX),
        (url("series_new"), SERIES),
        (url("rate_new"), new_rate()),
        (url("account_new"), ACCOUNT),
    ]
    posts = [*edits(world), *new]
    before = state()
    for role in ("clerk", "auditor"):
        person = browser(role)
        assert [person.post(address, fields).status_code for address, fields in posts] == [403] * len(posts)
    assert state() == before


def test_what_belongs_to_another_company_does_not_exist(world: Any, stranger: Any, browser: People) -> None:
    posts = edits(stranger)
    before = state()
    owner = browser("owner")
    assert [owner.post(address, fields).status_code for address, fields in posts] == [404] * len(posts)
    assert owner.get(url("tax", tax_code=tax(stranger).uuid)).status_code == 404
    assert state() == before
