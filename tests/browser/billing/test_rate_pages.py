"""Exchange rates and revaluation in a browser: upload without JavaScript, decide, and every width in light and dark."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from billing.actions.rate_files import note_trouble
from billing.actions.rates import enter_rate
from billing.models import ExchangeRate
from invoicing_site import clock
from invoicing_site.clock import local_date
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.ecb import xml_of
from tests.helpers.money import invoice, payment
from tests.world import TODAY, make_client, make_world

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)
RATES = {"USD": "1.0854", "JPY": "162.5", "CHF": "0.9421", "GBP": "0.8412", "PLN": "4.1875", "SEK": "11.05"}
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def world(transactional_db: None) -> Any:
    world = make_world("acme")
    today = local_date(clock.now(), "Europe/Berlin")
    for currency, days, value in (
        ("USD", 40, "0.9012"), ("USD", 12, "0.9213"), ("USD", 2, "0.9377"), ("JPY", 9, "0.0061"), ("CHF", 1, "1.0614"),
    ):  # fmt: skip
        enter_rate(
            company_id=world.company.pk, currency=currency, rate_date=today - days * DAY, rate=Decimal(value),
            source="Bank", actor=world.accountant, at=clock.now(),
        )  # fmt: skip
    note_trouble(
        company_id=world.company.pk, name="rates.example", problem="rates.source_silent", actor=None, at=clock.now()
    )
    for currency, amount, value in (("USD", "1500.00", "0.93"), ("USD", "249.90", "0.93"), ("JPY", "98000", "0.0062")):
        ExchangeRate.objects.get_or_create(
            company=world.company, currency=currency, rate_date=TODAY - DAY, defaults={"rate": value, "source": "ECB"}
        )
        client = make_client(world.company, f"{currency} Kunde {amount} mit einem recht langen Namen GmbH & Co. KG")
        invoice(world, amount, currency, client=client)
        payment(world, "10", currency=currency, client=client)
    return world


def look(page: Page, name: str) -> None:
    check_axe(page)
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)


def test_a_file_is_uploaded_looked_at_and_stored(world: Any, open_as: Open, tmp_path: Path) -> None:
    path = tmp_path / "eurofxref-daily.xml"
    day = local_date(clock.now(), "Europe/Berlin") - DAY
    path.write_bytes(xml_of({day: RATES | {"JPY": "16.25"}}))
    page = open_as(world.accountant, "/acme/settings/rates/", script=False)
    page.get_by_role("link", name="Upload file").click()
    page.get_by_label("File of the ECB").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    assert page.get_by_role("heading", name="Unusual rates").is_visible()
    assert page.get_by_role("heading", name="Entered by hand, and different in the file").is_visible()
    page.get_by_label("The unusual rates are right").check()
    page.get_by_label("Reason").fill("Geprüft mit der Hausbank")
    page.get_by_role("button", name="Store rates").click()
    assert page.get_by_text("5 rates are stored.").is_visible()
    assert ExchangeRate.objects.filter(imported=True).count() == 5


def test_every_page_fits_and_is_accessible(world: Any, open_as: Open, tmp_path: Path) -> None:
    page = open_as(world.accountant, "/acme/settings/rates/")
    look(page, "rates")
    page.get_by_role("link", name="USD").first.click()
    look(page, "rates-usd")
    page.goto(page.url.partition("/acme/")[0] + "/acme/settings/rates/new/")
    page.get_by_label("Currency").select_option("USD")
    page.get_by_label("Rate", exact=True).fill("93.77")
    page.get_by_label("Source").fill("Bank")
    page.get_by_role("button", name="Enter rate").click()
    look(page, "rate-refused")
    path = tmp_path / "eurofxref-daily.xml"
    path.write_bytes(xml_of({local_date(clock.now(), "Europe/Berlin") - DAY: RATES | {"JPY": "16.25"}}))
    page.goto(page.url.partition("/acme/")[0] + "/acme/settings/rates/files/new/")
    look(page, "rate-upload")
    page.get_by_label("File of the ECB").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    look(page, "rate-preview")
    page.goto(page.url.partition("/acme/")[0] + "/acme/books/revaluation/")
    look(page, "revaluation")
