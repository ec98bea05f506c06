from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from invoicing_site import clock
from invoicing_site.actions.companies import change_company, change_logo
from invoicing_site.models import BankAccount, Blob, Company, Event, Period
from tests.helpers.people import office_client
from tests.world import AT

People = Callable[..., Browser]
COMPANY: dict[str, Any] = {
    "name": "Acme", "legal_name": "Acme GmbH", "line1": "Lindenstraße 12", "postcode": "10969", "city": "Berlin",
    "country": "DE", "email": "office@acme.example", "vat_id": "DE136695976", "time_zone": "Europe/Berlin",
    "fiscal_year_start": "1", "language": "de", "net_days": "14",
}  # fmt: skip
BANK: dict[str, Any] = {
    "label": "Dollarkonto",
    "holder": "Acme GmbH",
    "currency": "USD",
    "iban": "DE89 3704 0044 0532 0130 00",
    "is_default": "on",
}


@pytest.fixture
def browser(world: Any) -> People:
    return lambda role, **kwargs: office_client(world.people[role], **kwargs)


def url(name: str, slug: str = "acme", **kwargs: Any) -> str:
    return reverse(f"office:{name}", kwargs={"company": slug} | kwargs)


def state() -> dict[str, Any]:
    """Everything these pages could change."""
    return {
        "companies": list(Company.objects.order_by("id").values()),
        "banks": list(BankAccount.objects.order_by("id").values()),
        "periods": list(Period.objects.order_by("id").values("closed_through")),
        "blobs": Blob.objects.count(),
        "events": Event.objects.count(),
    }


def errors(response: HttpResponse, name: str = "form") -> dict[str, list[str]]:
    return dict(response.context[name].errors)  # type: ignore[attr-defined]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 10), "navy").save(out, "PNG")
    return out.getvalue()


def main(world: Any) -> BankAccount:
    found: BankAccount = BankAccount.objects.for_company(world.company).get(label="Main")
    return found


def test_the_overview_offers_what_the_role_may_open(world: Any, browser: People) -> None:
    labels = {
        role: [page["label"] for page in browser(role).get(url("settings")).context["pages"]]
        for role in ("owner", "auditor")
    }
    assert labels["owner"] == [*labels["auditor"], "Closing"]
    assert labels["auditor"][0] == "Company"


def test_the_company_page_shows_details_and_who_changed_them(world: Any, stranger: Any, browser: People) -> None:
    change_company(
        company_id=world.company.pk, city="Potsdam", actor=world.owner, at=AT + dt.timedelta(1), reason="Umzug"
    )
    page = browser("auditor").get(url("settings_company"))
    text = page.content.decode()
    assert [part in text for part in ("Potsdam", "DE136695976", "Germany", "Umzug", "/acme/")] == [True] * 5
    assert [part in text for part in ("Globex", "Upload", "Edit")] == [False] * 3
    entry = page.context["entries"][0]
    assert (entry.actor, [(c.label, c.before, c.after) for c in entry.changes]) == (
        "Owner Acme",
        [("City", "Berlin", "Potsdam")],
    )


def test_pages_cost_the_same_for_one_and_three(world: Any, browser: People) -> None:
    reader = browser("auditor")
    pages = [url("bank_accounts"), url("settings_company")]
    for address in pages:
        reader.get(address)
    counts = []
    for labels in ((), ("B", "C")):
        for label in labels:
            BankAccount.objects.create(company=world.company, label=label, holder="x", currency="CHF", is_default=False)
        for address in pages:
            with CaptureQueriesContext(connection) as queries:
                assert reader.get(address).status_code == 200
            counts.append(len([query for query in queries if "bankaccount" in query["sql"]]))
    assert counts == [1, 2, 1, 2]


def test_the_company_is_edited(world: Any, browser: People) -> None:
    fields = COMPANY | {"city": "Potsdam", "vat_id": "", "tax_number": "37/412/20965", "small_business": "on"}
    response = browser("owner").post(url("settings_company_edit"), fields)
    assert response.headers["Location"] == url("settings_company")
    company = Company.objects.get(pk=world.company.pk)
    assert (company.city, company.vat_id, company.tax_number, company.small_business) == (
        "Potsdam", "", "37/412/20965", True,
    )  # fmt: skip
    assert company.history.first().history_user == world.owner


def test_opening_and_saving_the_company_changes_nothing(world: Any, browser: People) -> None:
    owner = browser("owner")
    form = owner.get(url("settings_company_edit")).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    before = state()
    assert owner.post(url("settings_company_edit"), shown).status_code == 302
    assert state() == before


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"country": "EU"}, "country", "Select a valid choice. EU is not one of the available choices."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Select a valid choice."),
        ({"vat_id": "DE1"}, "vat_id", "This is not a valid VAT id. Check the digits; one looks like DE136695976."),
        ({"net_days": "4000"}, "net_days", "Ensure this value is less than or equal to 3650."),
        ({"email": "x"}, "email", "Enter a valid email address."),
        ({"fiscal_year_start": "13"}, "fiscal_year_start", "Select a valid choice."),
    ],
)
def test_a_wrong_company_is_refused_at_its_field(
    world: Any, browser: People, fields: dict[str, str], field: str, sentence: str
) -> None:
    before = state()
    response = browser("owner").post(url("settings_company_edit"), COMPANY | {"city": "Potsdam"} | fields)
    assert (response.status_code, state()) == (422, before)
    assert errors(response)[field][0].startswith(sentence)
    assert response.context["company"].city == "Berlin"


def test_over_posting_changes_only_named_fields(world: Any, browser: People) -> None:
    more = {"slug": "mine", "currency": "USD", "data_region": "US", "logo": "1", "uuid": str(world.company.uuid)}
    assert browser("owner").post(url("settings_company_edit"), COMPANY | more).status_code == 302
    company = Company.objects.get(pk=world.company.pk)
    assert (company.slug, company.currency, company.data_region, company.logo) == ("acme", "EUR", "EU", None)


def test_a_logo_is_uploaded_shown_and_removed(world: Any, browser: People) -> None:
    owner = browser("owner")
    assert owner.get(url("logo")).status_code == 404
    upload = SimpleUploadedFile("logo.png", picture(), "text/html")
    assert owner.post(url("logo_upload"), {"logo": upload}).status_code == 302
    shown = browser("auditor").get(url("logo"))
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(shown.content)).size == (30, 10)
    assert owner.post(url("logo_remove")).status_code == 302
    assert owner.get(url("logo")).status_code == 404


@pytest.mark.parametrize("data", [b"GIF89a", b"", b"\x89PNG\r\n\x1a\nrubbish", picture() + b"\0" * 1024 * 1024])
def test_a_wrong_logo_is_refused_at_its_field(world: Any, browser: People, data: bytes) -> None:
    before = state()
    response = browser("owner").post(url("logo_upload"), {"logo": SimpleUploadedFile("logo.png", data, "image/png")})
    assert (response.status_code, list(errors(response, "logo_form")), state()) == (422, ["logo"], before)


def test_a_bank_account_is_added_edited_and_archived(world: Any, browser: People) -> None:
    owner = browser("owner")
    assert owner.post(url("bank_account_new"), BANK).headers["Location"] == url("bank_accounts")
    made = BankAccount.objects.get(label="Dollarkonto")
    assert (made.company, made.iban, made.is_default) == (world.company, "DE89370400440532013000", True)
    text = owner.get(url("bank_accounts")).content.decode()
    assert "DE89 3704 0044 0532 0130 00" in text
    edit = url("bank_account_edit", bank_account=made.uuid)
    assert owner.post(edit, BANK | {"label": "USD-Konto"}).status_code == 302
    assert owner.post(url("bank_account_archive", bank_account=made.uuid)).status_code == 302
    made.refresh_from_db()
    assert (made.label, made.archived_at is None) == ("USD-Konto", False)
    assert owner.get(edit).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"iban": "DE89370400440532013001"}, "iban", "This IBAN is not valid. Check it digit by digit."),
        ({"iban": ""}, "iban", "Enter an IBAN, or an account number and a routing number."),
        ({"bic": "X"}, "bic", "This BIC is not valid."),
        ({"label": ""}, "label", "This field is required."),
        ({"currency": "XXX"}, "currency", "Select a valid choice."),
    ],
)
def test_a_wrong_bank_account_is_refused_at_its_field(
    world: Any, browser: People, fields: dict[str, str], field: str, sentence: str
) -> None:
    before = state()
    for address in (url("bank_account_new"), url("bank_account_edit", bank_account=main(world).uuid)):
        response = browser("owner").post(address, BANK | fields)
        assert (response.status_code, state()) == (422, before)
        assert errors(response)[field][0].startswith(sentence)


def test_bank_accounts_and_closing_want_a_fresh_factor(world: Any, browser: People) -> None:
    stale = browser("owner", fresh=False)
    before = state()
    for response in (
        stale.get(url("bank_account_new")),
        stale.post(url("bank_account_new"), BANK),
        stale.post(url("bank_account_archive", bank_account=main(world).uuid)),
        stale.post(url("books_close"), {"through": "2020-01-01"}),
    ):
        assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, reverse("step_up"))
    assert stale.get(url("bank_accounts")).status_code == 200
    assert state() == before


def test_the_books_are_closed(world: Any, browser: People) -> None:
    accountant = browser("accountant")
    today = clock.local_date(clock.now(), "Europe/Berlin")
    end = today.replace(day=1) - dt.timedelta(days=1)
    assert accountant.get(url("books_close")).context["form"]["through"].value() == end
    response = accountant.post(url("books_close"), {"through": end.isoformat(), "reason": "Monatsabschluss"})
    assert response.headers["Location"] == url("books_close")
    assert Period.objects.get(company=world.company).closed_through == end
    page = accountant.get(url("books_close"))
    [entry] = [row for row in page.context["entries"] if row.title == "Books closed"]
    assert (entry.actor, entry.reason) == ("Accountant Acme", "Monatsabschluss")
    before = state()
    for day, sentence in (
        (end, "The books are already closed through"),
        (today, "Books can be closed up to yesterday"),
    ):
        response = accountant.post(url("books_close"), {"through": day.isoformat()})
        assert (response.status_code, state()) == (422, before)
        assert errors(response)["through"][0].startswith(sentence)


def test_whose_role_may_not_changes_nothing(world: Any, browser: People) -> None:
    change_logo(company_id=world.company.pk, picture=picture(), actor=None, at=AT)
    before = state()
    row = main(world)
    for role in ("accountant", "clerk", "auditor"):
        person = browser(role)
        posts = [
            person.post(url("settings_company_edit"), COMPANY | {"city": "X"}),
            person.post(url("logo_upload"), {"logo": SimpleUploadedFile("l.png", picture())}),
            person.post(url("logo_remove")),
            person.post(url("bank_account_new"), BANK),
            person.post(url("bank_account_edit", bank_account=row.uuid), BANK),
            person.post(url("bank_account_archive", bank_account=row.uuid)),
        ]
        assert [response.status_code for response in posts] == [403] * 6
    assert browser("clerk").post(url("books_close"), {"through": "2020-01-01"}).status_code == 403
    assert state() == before


def test_foreign_companies_and_accounts_do_not_exist(world: Any, stranger: Any, browser: People) -> None:
    change_logo(company_id=stranger.company.pk, picture=picture(), actor=None, at=AT)
    before = state()
    owner = browser("owner")
    row = main(stranger)
    for response in (
        owner.get(url("settings", "globex")),
        owner.get(url("logo", "globex")),
        owner.post(url("settings_company_edit", "globex"), COMPANY),
        owner.post(url("books_close", "globex"), {"through": "2020-01-01"}),
        owner.post(url("bank_account_edit", bank_account=row.uuid), BANK),
        owner.post(url("bank_account_archive", bank_account=row.uuid)),
        owner.get(url("logo")),
    ):
        assert response.status_code == 404
    assert state() == before
