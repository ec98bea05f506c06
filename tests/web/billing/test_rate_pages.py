"""The pages of exchange rates: what is on file, an unusual rate, a file and what it would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from billing.actions.rate_files import note_trouble, receive_rates
from billing.actions.rates import enter_rate
from billing.models import ExchangeRate, RateFile
from invoicing_site import clock
from invoicing_site.clock import local_date
from invoicing_site.models import Blob, Event
from tests.helpers.ecb import csv_of, xml_of
from tests.helpers.people import office_client

D = Decimal
DAY = dt.timedelta(days=1)
RATES = {"USD": "1.0854", "JPY": "162.5", "CHF": "0.9421", "GBP": "0.8412", "PLN": "4.1875", "SEK": "11.05"}
People = Callable[[str], Browser]


@pytest.fixture
def browser(world: Any) -> People:
    return lambda role: office_client(world.people[role])


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"billing:{name}", kwargs={"company": "acme"} | kwargs)


def today() -> dt.date:
    return local_date(clock.now(), "Europe/Berlin")


def rate(world: Any, currency: str, days: int, value: str) -> ExchangeRate:
    return enter_rate(
        company_id=world.company.pk, currency=currency, rate_date=today() - days * DAY, rate=D(value), source="Bank",
        actor=world.accountant, at=clock.now(),
    )  # fmt: skip


def upload(browser: Browser, content: bytes, **fields: str) -> HttpResponse:
    file = SimpleUploadedFile("eurofxref.xml", content, "text/xml")
    return browser.post(url("rate_file_new"), {"file": file, "since": "", **fields})


def state() -> tuple[Any, ...]:
    models = (ExchangeRate, RateFile, Blob)
    return (*(list(model.objects.order_by("id").values()) for model in models), Event.objects.count())


def test_the_newest_of_each_currency_with_age_and_trend(world: Any, stranger: Any, browser: People) -> None:
    for currency, days, value in (("USD", 40, "0.90"), ("USD", 2, "0.945"), ("CHF", 8, "1.05")):
        rate(world, currency, days, value)
    page = browser("auditor").get(url("rates"))
    assert [(row.rate.currency, row.rate.rate, row.age, row.stale, row.change) for row in page.context["newest"]] == [
        ("CHF", D("1.05"), 8, True, None),
        ("USD", D("0.945"), 2, False, D("5.00")),
    ]
    assert "Upload file" not in page.content.decode()
    one = browser("auditor").get(url("rates"), {"currency": "USD"})
    assert [(row.rate, row.change) for row in one.context["page"]] == [(D("0.945"), D("5.00")), (D("0.90"), None)]


def test_an_unusual_rate_is_refused_and_accepted_with_a_reason(world: Any, browser: People) -> None:
    rate(world, "USD", 2, "0.92")
    accountant = browser("accountant")
    typed = {"currency": "USD", "rate_date": today().isoformat(), "quoted": "base", "rate": "92", "source": "Bank"}
    before = state()
    refused = accountant.post(url("rate_new"), typed)
    assert (refused.status_code, state()) == (422, before)
    html = refused.content.decode()
    assert "9,900" in html
    assert "0.92" in html
    assert 'name="reason"' in html
    unsaid = accountant.post(url("rate_new"), typed | {"accept": "on", "reason": ""})
    assert (unsaid.status_code, list(unsaid.context["form"].errors), state()) == (422, ["reason"], before)
    again = accountant.post(url("rate_new"), typed | {"reason": "nicht angekreuzt"})
    assert (again.status_code, list(again.context["form"].errors), state()) == (422, ["rate"], before)
    taken = accountant.post(url("rate_new"), typed | {"accept": "on", "reason": "Neue Währung"})
    assert taken.headers["Location"] == url("rates")
    row = ExchangeRate.objects.get(rate_date=today())
    assert (row.rate, row.history.get().history_change_reason) == (D(92), "Neue Währung")


def test_a_file_is_looked_at_before_it_is_stored(world: Any, browser: People) -> None:
    accountant = browser("accountant")
    rate(world, "USD", 1, "0.93")
    rate(world, "JPY", 3, "0.5")
    answer = upload(accountant, xml_of({today() - DAY: RATES}))
    file = RateFile.objects.get()
    assert answer.headers["Location"] == url("rate_file", rate_file=file.uuid)
    page = accountant.get(url("rate_file", rate_file=file.uuid))
    assert page.context["preview"].counts == {"new": 4, "changed": 0, "same": 0, "kept": 1, "doubtful": 1}
    html = page.content.decode()
    assert "1 EUR = 162.5 JPY" in html
    assert 'name="overwrite"' in html
    assert 'name="reason"' in html
    assert ExchangeRate.objects.count() == 2
    stored = accountant.post(url("rate_file_store", rate_file=file.uuid), {"reason": ""})
    assert stored.headers["Location"] == url("rates")
    assert ExchangeRate.objects.count() == 6
    before = state()
    refused = accountant.post(url("rate_file_store", rate_file=file.uuid), {"accept": "on", "reason": ""})
    assert (refused.status_code, list(refused.context["form"].errors), state()) == (422, ["reason"], before)
    fields = {"accept": "on", "overwrite": "on", "reason": "geprüft"}
    assert accountant.post(url("rate_file_store", rate_file=file.uuid), fields).status_code == 302
    assert ExchangeRate.objects.get(currency="USD").rate == D("0.9213193293")
    assert ExchangeRate.objects.filter(currency="JPY").count() == 2
    assert "stored before" in accountant.post(url("rate_file_store", rate_file=file.uuid), follow=True).content.decode()


def test_an_absurd_file_is_stored_only_as_a_whole_and_with_a_reason(world: Any, browser: People) -> None:
    accountant = browser("accountant")
    rate(world, "USD", 3, "92")
    rate(world, "CHF", 3, "0.01")
    upload(accountant, xml_of({today(): RATES}))
    file = RateFile.objects.get()
    here = url("rate_file_store", rate_file=file.uuid)
    before = state()
    refused = accountant.post(here, {})
    assert (refused.status_code, state()) == (422, before)
    assert "Too many rates are far from" in refused.content.decode()
    assert accountant.post(here, {"accept": "on", "reason": "Tippfehler vorher"}).status_code == 302
    assert ExchangeRate.objects.count() == 8


@pytest.mark.parametrize(
    ("content", "since", "field"),
    [
        (b"<html></html>", "", "file"),
        (b"", "", "file"),
        (xml_of({dt.date(2999, 1, 1): RATES}), "", "file"),
        (xml_of({dt.date(2020, 1, 1): RATES}), "2024-01-01", "since"),
        (csv_of({dt.date(2020, 1, 1): RATES}), "yesterday", "since"),
    ],
)
def test_what_is_no_such_file_is_refused_at_its_field(
    world: Any, browser: People, content: bytes, since: str, field: str
) -> None:
    before = state()
    response = upload(browser("accountant"), content, since=since)
    assert (response.status_code, list(response.context["form"].errors), state()) == (422, [field], before)


def test_trouble_of_the_source_is_shown_where_rates_are(world: Any, browser: People) -> None:
    def seen() -> str:
        return browser("auditor").get(url("rates")).content.decode()

    given: dict[str, Any] = {"company_id": world.company.pk, "name": "rates.example", "actor": None, "at": clock.now()}
    note_trouble(problem="rates.source_silent", **given)
    assert "No answer came" in seen()
    silent = RateFile.objects.get()
    assert browser("auditor").get(url("rate_file", rate_file=silent.uuid)).status_code == 200
    receive_rates(content=xml_of({today() - DAY: RATES}), **given)
    assert "The source of" not in seen()
    receive_rates(content=xml_of({today(): RATES | {"USD": "108"}}), **given)
    assert "left aside" in seen()
    receive_rates(content=xml_of({today(): dict.fromkeys(RATES, "1")}), **given)
    assert "Too many rates" in seen()


def test_whose_role_may_not_stores_nothing(world: Any, stranger: Any, browser: People) -> None:
    upload(browser("accountant"), xml_of({today(): RATES}))
    file = RateFile.objects.get()
    before = state()
    for role in ("clerk", "auditor"):
        assert upload(browser(role), xml_of({today(): RATES})).status_code == 403
        assert browser(role).post(url("rate_file_store", rate_file=file.uuid)).status_code == 403
    other = office_client(stranger.owner)
    path = {"company": stranger.company.slug, "rate_file": file.uuid}
    assert other.get(reverse("billing:rate_file", kwargs=path)).status_code == 404
    assert other.post(reverse("billing:rate_file_store", kwargs=path)).status_code == 404
    assert state() == before
