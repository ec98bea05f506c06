from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.actions.clients import archive_client, create_client
from clients.models import Client
from clients.rules.details import AddressDetails, ClientDetails, ContactDetails, TaxIdDetails
from invoicing_site.models import Event
from tests.world import AT, make_client

People = Callable[[str], Browser]


def url(name: str, client: Client | None = None, slug: str = "acme") -> str:
    given: dict[str, Any] = {"company": slug} | ({"client": client.uuid} if client else {})
    return reverse(f"clients:{name}", kwargs=given)


@pytest.fixture
def holm(world: Any) -> Client:
    details = ClientDetails(
        name="Holm & Co",
        currency="EUR",
        number="H-7",
        email="post@holm.example",
        billing=AddressDetails(line1="Ring 1", city="Kiel", country="DE"),
        contacts=(ContactDetails("Ada Holm", email="ada@holm.example"),),
        tax_ids=(TaxIdDetails("VAT", "DE136695976"),),
    )
    return create_client(company_id=world.company.pk, details=details, actor=world.owner, at=AT, reason="Messe")


def form(**fields: Any) -> dict[str, Any]:
    """What a browser posts from the client form with one blank row each."""
    data: dict[str, Any] = {
        "name": "Holm & Co",
        "kind": "company",
        "number": "",
        "currency": "EUR",
        "language": "de",
        "billing-country": "DE",
        "delivery-country": "DE",
    }
    for prefix in ("contacts", "tax_ids", "external_ids"):
        data |= {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "0", f"{prefix}-0-scheme": "VAT"}
    return data | fields


def state() -> dict[str, Any]:
    """Everything stored that a client's page could change."""
    return {"clients": list(Client.objects.order_by("id").values()), "events": Event.objects.count()}


def errors(response: HttpResponse) -> list[str]:
    editor = response.context["editor"]  # type: ignore[attr-defined]
    return [f"{field}: {text}" for field, texts in editor.main.errors.items() for text in texts] + editor.errors


def test_the_list_shows_active_clients_of_this_company(
    world: Any, stranger: Any, holm: Client, browser: People
) -> None:
    gone = make_client(world.company, "Abgemeldet")
    archive_client(company_id=world.company.pk, client_uuid=gone.uuid, actor=None, at=AT)
    response = browser("auditor").get(url("clients"))
    assert [client.name for client in response.context["page"]] == ["Holm & Co", "Nordlicht Medien GmbH"]
    assert str(stranger.client.uuid).encode() not in response.content
    assert b"New client" not in response.content
    archived = browser("auditor").get(url("clients"), {"state": "archived"})
    assert [client.name for client in archived.context["page"]] == ["Abgemeldet"]
    everyone = browser("auditor").get(url("clients"), {"state": "all"})
    assert len(everyone.context["page"]) == 3


@pytest.mark.parametrize("text", ["holm", "H-7", "ada@holm", "de 136 695 976"])
def test_the_list_finds(holm: Client, browser: People, text: str) -> None:
    response = browser("clerk").get(url("clients"), {"q": text})
    assert [client.name for client in response.context["page"]] == ["Holm & Co"]


@pytest.mark.parametrize("query", [{"q": "nobody"}, {"q": "nul\0"}, {"q": "x" * 200}, {"state": "lost"}])
def test_odd_filters_are_no_error(holm: Client, browser: People, query: dict[str, str]) -> None:
    assert browser("clerk").get(url("clients"), query).status_code == 200


def test_list_and_page_cost_the_same_however_much_there_is(world: Any, holm: Client, browser: People) -> None:
    reader = browser("auditor")

    def statements(address: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(address).status_code == 200
        ours = [query for query in queries if '"clients_' in query["sql"] or '"invoicing_site_event"' in query["sql"]]
        return len(ours), len(queries)

    statements(url("clients"))  # the first page of a session also notes that it is used
    before = statements(url("clients")), statements(url("client", holm))
    make_client(world.company, "Dritte")
    for name in ("Bo", "Cy"):
        holm.contacts.create(company=world.company, name=name)
    assert (statements(url("clients")), statements(url("client", holm))) == before
    assert [ours for ours, _all in before] == [1, 13]


def test_the_page_shows_parts_and_the_timeline_with_actor_and_reason(holm: Client, browser: People) -> None:
    page = browser("auditor").get(url("client", holm)).content.decode()
    for text in ("Ring 1", "Kiel", "Germany", "Ada Holm", "DE136695976", "Client created", "Owner Acme", "Messe"):
        assert text in page
    assert "Archive" not in page


def test_a_client_is_created_from_the_form(world: Any, browser: People) -> None:
    fields = {
        "name": "Neu GmbH",
        "email": "neu@example.com",
        "net_days": "30",
        "billing-line1": "Weg 1",
        "billing-city": "Ulm",
        "contacts-0-name": "Eva",
        "tax_ids-0-value": "de 136 695 976",
        "external_ids-0-system": "crm",
        "external_ids-0-value": "9",
    }
    response = browser("clerk").post(url("client_new"), form(**fields))
    made = Client.objects.get(name="Neu GmbH")
    assert response.headers["Location"] == url("client", made)
    assert (made.company, made.number, made.net_days, made.language) == (world.company, "K0002", 30, "de")
    assert (made.addresses.get().city, made.contacts.get().name) == ("Ulm", "Eva")
    assert (made.tax_ids.get().value, made.external_ids.get().value) == ("DE136695976", "9")
    assert made.history.get().history_user == world.people["clerk"]
    assert Event.objects.get(subject=made.uuid).request_id != ""


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "name: This field is required."),
        ({"number": "K0001"}, "number: Another client already has this number. Choose a different one."),
        ({"currency": "BGN"}, "currency: Select a valid choice. BGN is not one of the available choices."),
        ({"email": "x"}, "email: Enter a valid email address."),
        ({"net_days": "-1"}, "net_days: Ensure this value is greater than or equal to 0."),
        ({"net_days": "9999"}, "net_days: Ensure this value is less than or equal to 3650."),
        ({"billing-city": "Ulm"}, "Billing address, Street and number: This field is required."),
        ({"delivery-line1": "A", "delivery-city": "B", "delivery-country": ""}, "Delivery address, Country: This"),
        ({"contacts-0-email": "eva@example.com"}, "Contact 1, Name: This field is required."),
        ({"tax_ids-0-value": "DE1"}, "Tax id 1, Tax id: This is not a valid VAT id. Check the"),
        ({"external_ids-0-value": "1"}, "External id 1, System: This field is required."),
        ({"contacts-TOTAL_FORMS": "nonsense"}, "ManagementForm data is missing or has been tampered with."),
    ],
)  # fmt: skip
def test_bad_input_is_named_at_its_field_and_nothing_is_stored(
    world: Any, browser: People, fields: dict[str, str], error: str
) -> None:
    before = state()
    response = browser("clerk").post(url("client_new"), form(**fields))
    assert response.status_code == 422
    assert [found for found in errors(response) if found.startswith(error[:60])] != []
    assert state() == before


def test_one_more_row_without_javascript_keeps_what_was_typed(browser: People) -> None:
    before = state()
    typed = form(name="Halb", add="contacts", **{"contacts-0-email": "unfinished", "billing-city": "Ulm"})
    response = browser("clerk").post(url("client_new"), typed)
    editor = response.context["editor"]
    assert (response.status_code, errors(response), state()) == (200, [], before)
    assert editor.main["name"].value() == "Halb"
    assert editor.billing["city"].value() == "Ulm"
    assert [row["email"].value() for row in editor.rows["contacts"].forms] == ["unfinished", None]


def edited(holm: Client, **fields: Any) -> dict[str, Any]:
    contact = holm.contacts.get()
    return (
        form(
            revision=str(holm.revision),
            number="H-7",
            language="en",
            email="post@holm.example",
            **{
                "billing-line1": "Ring 1",
                "billing-city": "Kiel",
                "contacts-0-uuid": str(contact.uuid),
                "contacts-0-name": contact.name,
                "contacts-0-email": contact.email,
                "tax_ids-0-value": "DE136695976",
            },
        )
        | fields
    )


def test_opening_and_saving_the_form_changes_nothing(holm: Client, browser: People) -> None:
    clerk = browser("clerk")
    page = clerk.get(url("client_edit", holm)).context["editor"]
    shown: dict[str, Any] = {}
    for part in (page.main, page.billing, page.delivery, *(f for rows in page.rows.values() for f in rows.forms)):
        shown |= {part.add_prefix(name): part[name].value() for name in part.fields if part[name].value() is not None}
    for name, rows in page.rows.items():
        shown |= {f"{name}-TOTAL_FORMS": len(rows.forms), f"{name}-INITIAL_FORMS": rows.initial_form_count()}
    before = state()
    assert clerk.post(url("client_edit", holm), shown).status_code == 302
    assert state() == before


def test_a_client_is_edited(world: Any, holm: Client, browser: People) -> None:
    fields = {"name": "Holm AG", "contacts-0-DELETE": "on", "tax_ids-0-value": ""}
    response = browser("accountant").post(url("client_edit", holm), edited(holm, **fields))
    assert response.headers["Location"] == url("client", holm)
    holm.refresh_from_db()
    assert (holm.name, holm.revision, holm.contacts.count(), holm.tax_ids.count()) == ("Holm AG", 2, 0, 0)
    assert holm.history.first().history_user == world.accountant


def test_two_people_see_each_other(holm: Client, browser: People) -> None:
    stale = edited(holm, phone="0431 1")
    browser("accountant").post(url("client_edit", holm), edited(holm, email="neu@holm.example"))
    before = state()
    response = browser("clerk").post(url("client_edit", holm), stale)
    assert response.status_code == 409
    assert errors(response) == [
        "__all__: Somebody changed this client meanwhile. Look at the newer version, then save again."
    ]
    assert state() == before
    assert [(change.before, change.after) for change in response.context["meanwhile"][0].changes] == [
        ("post@holm.example", "neu@holm.example")
    ]
    seen = response.context["editor"].main["revision"].value()
    assert browser("clerk").post(url("client_edit", holm), stale | {"revision": seen}).status_code == 302
    holm.refresh_from_db()
    assert (holm.phone, holm.email) == ("0431 1", "post@holm.example")


def test_archive_and_restore(world: Any, holm: Client, browser: People) -> None:
    clerk = browser("clerk")
    assert clerk.post(url("client_archive", holm), {"reason": "Insolvenz"}).status_code == 302
    holm.refresh_from_db()
    assert holm.archived_at is not None
    assert holm.history.first().history_change_reason == "Insolvenz"
    assert clerk.get(url("client_edit", holm)).headers["Location"] == url("client", holm)
    assert "This client is archived" in str(errors(clerk.post(url("client_edit", holm), edited(holm, name="X"))))
    assert clerk.post(url("client_restore", holm)).status_code == 302
    holm.refresh_from_db()
    assert (holm.archived_at, holm.name) == (None, "Holm & Co")


def test_a_reason_too_long_is_refused_where_it_was_typed(holm: Client, browser: People) -> None:
    before = state()
    response = browser("clerk").post(url("client_archive", holm), {"reason": "x" * 101})
    assert response.status_code == 422
    assert list(response.context["reason"].errors) == ["reason"]
    assert state() == before


def test_the_auditor_changes_nothing(holm: Client, browser: People) -> None:
    before = state()
    auditor = browser("auditor")
    posts = [
        auditor.post(url("client_new"), form()),
        auditor.post(url("client_edit", holm), edited(holm, name="X")),
        auditor.post(url("client_archive", holm)),
        auditor.post(url("client_restore", holm)),
    ]
    assert [response.status_code for response in posts] == [403] * 4
    assert auditor.get(url("client_new")).status_code == 403
    assert state() == before


@pytest.mark.parametrize("name", ["client", "client_edit", "client_archive", "client_restore"])
def test_foreign_clients_do_not_exist(stranger: Any, browser: People, name: str) -> None:
    before = state()
    owner = browser("owner")
    for slug in ("acme", "globex"):
        method = owner.post if name in ("client_archive", "client_restore") else owner.get
        assert method(url(name, stranger.client, slug)).status_code == 404
    assert state() == before


def test_lookup_answers_with_options_of_active_clients(
    world: Any, stranger: Any, holm: Client, browser: People
) -> None:
    gone = make_client(world.company, "Holm Alt")
    archive_client(company_id=world.company.pk, client_uuid=gone.uuid, actor=None, at=AT + dt.timedelta(hours=1))
    clerk = browser("clerk")
    found = clerk.get(url("client_lookup"), {"q": "holm"}).content.decode().split("\n")
    assert [line for line in found if line] == [f'<option value="{holm.uuid}">Holm &amp; Co · H-7</option>']
    for query in ({"by": "label"}, {"by": "label", "prices-0-client": "h-7"}):
        labels = clerk.get(url("client_lookup"), query).content.decode()
        found = [line.split('"')[1] for line in labels.splitlines() if line]
        assert found[0] == "Holm &amp; Co (H-7)"
        assert len(found) == 3 - len(query)


def test_how_a_client_is_taxed_is_typed_and_shown(world: Any, browser: People) -> None:
    clerk = browser("clerk")
    fields = {"tax_treatment": "exempt", "withholding_percent": "15", "order_required": "on"}
    assert clerk.post(url("client_new"), form(**fields)).status_code == 302
    made = Client.objects.get(name="Holm & Co")
    assert (made.tax_treatment, made.withholding_percent, made.order_required) == ("exempt", 15, True)
    page = " ".join(clerk.get(url("client", made)).content.decode().split())
    assert "Exempt, certificate on file" in page
    assert "15 %" in page.replace("\xa0", " ") or "15%" in page
    assert "wanted on each invoice" in page
    wrong = clerk.post(url("client_new"), form(name="Andere", withholding_percent="100"))
    assert (wrong.status_code, Client.objects.filter(name="Andere").exists()) == (422, False)
