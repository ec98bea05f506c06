from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from clients.actions.clients import archive_client, change_client
from clients.models import Address, Client, Contact, ExternalId, TaxId
from clients.rules.details import AddressDetails, ClientDetails, ContactDetails, ExternalIdDetails, TaxIdDetails
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.world import AT

LATER = AT + dt.timedelta(hours=1)
PARTS = (Address, Contact, TaxId, ExternalId)


def change(client: Client, details: ClientDetails, actor: Any = None, **options: Any) -> Client:
    options = {"revision": client.revision, "company_id": client.company_id, "at": LATER} | options
    return change_client(client_uuid=client.uuid, details=details, actor=actor, **options)


def as_stored(client: Client, details: ClientDetails) -> ClientDetails:
    contact = client.contacts.get()
    return replace(details, number=client.number, contacts=(replace(details.contacts[0], uuid=contact.uuid),))


def rows(client: Client) -> dict[str, Any]:
    """Everything stored about a client, ciphertext included."""
    found: dict[str, Any] = {"client": Client.objects.filter(pk=client.pk).values().get()}
    for model in PARTS:
        found[model.__name__] = list(model.objects.filter(client=client).order_by("id").values())
    return found


def histories(client: Client) -> int:
    return Client.history.filter(id=client.pk).count() + sum(
        m.history.filter(client_id=client.pk).count() for m in PARTS
    )


def test_saving_what_is_stored_writes_nothing(world: Any, made: Client, details: Any) -> None:
    before, told = rows(made), Event.objects.count()
    past = histories(made)
    change(made, as_stored(made, details()))
    assert (rows(made), histories(made), Event.objects.count()) == (before, past, told)


def test_only_what_differs_is_written(world: Any, made: Client, details: Any) -> None:
    before, past = rows(made), histories(made)
    changed = change(
        made, replace(as_stored(made, details()), email="neu@oelmuehle.example"), world.owner, reason="Anruf"
    )
    after = rows(made)
    assert (changed.revision, after["client"]["email"]) == (2, "neu@oelmuehle.example")
    assert {name: value for name, value in after.items() if name != "client"} == {
        name: value for name, value in before.items() if name != "client"
    }
    assert histories(made) == past + 1
    row = Client.history.filter(id=made.pk).order_by("-history_id").first()
    assert (row.history_type, row.history_user, row.history_change_reason) == ("~", world.owner, "Anruf")
    event = Event.objects.filter(subject=made.uuid).latest("id")
    assert (event.type, event.data) == ("client.changed", {"fields": ["email"], "revision": 2})


def test_parts_are_added_changed_and_removed(world: Any, made: Client, details: Any) -> None:
    kept = made.contacts.get()
    wanted = replace(
        as_stored(made, details()),
        billing=AddressDetails(line1="Neue Straße 1", city="Bremen", country="DE"),
        delivery=AddressDetails(line1="Kai 5", city="Hamburg", country="DE"),
        contacts=(ContactDetails("Ida Straßburger", uuid=kept.uuid), ContactDetails("Jan", email="jan@example.com")),
        tax_ids=(TaxIdDetails("TAX", "12/345"),),
        external_ids=(),
    )
    change(made, wanted)
    assert [(a.kind, a.line1, a.postcode) for a in made.addresses.order_by("kind")] == [
        ("billing", "Neue Straße 1", ""),
        ("delivery", "Kai 5", ""),
    ]
    assert [(c.pk == kept.pk, c.name, c.email) for c in made.contacts.order_by("id")] == [
        (True, "Ida Straßburger", ""),
        (False, "Jan", "jan@example.com"),
    ]
    assert [(t.scheme, t.value) for t in made.tax_ids.all()] == [("TAX", "12/345")]
    assert made.external_ids.count() == 0
    assert Event.objects.filter(subject=made.uuid).latest("id").data["fields"] == [
        "addresses", "contacts", "tax_ids", "external_ids",
    ]  # fmt: skip


def test_an_external_id_may_move_to_another_system(made: Client, details: Any) -> None:
    change(made, replace(as_stored(made, details()), external_ids=(ExternalIdDetails("erp", "4711"),)))
    assert [(e.system, e.value) for e in made.external_ids.all()] == [("erp", "4711")]


@pytest.mark.parametrize(
    ("fields", "options", "code", "field"),
    [
        ({}, {"revision": 7}, "client.changed", None),
        ({"number": "K0001"}, {}, "client.number_taken", "number"),
        ({"contacts": (ContactDetails("Mole", uuid=uuid4()),)}, {}, "not_found", "contacts.0"),
        ({"tax_ids": (TaxIdDetails("VAT", "DE1"),)}, {}, "client.tax_id", "tax_ids.0.value"),
    ],
)
def test_refused_changes_leave_everything_as_it_was(
    made: Client, details: Any, fields: Any, options: Any, code: str, field: str | None
) -> None:
    before, past = rows(made), histories(made)
    with pytest.raises(BusinessError) as refusal:
        change(made, replace(as_stored(made, details(name="Ganz neu")), **fields), **options)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert (rows(made), histories(made)) == (before, past)


def test_a_contact_of_another_client_is_not_taken_over(world: Any, made: Client, details: Any) -> None:
    other = Contact.objects.create(company=world.company, client=world.client, name="Karl")
    with pytest.raises(BusinessError):
        change(made, replace(as_stored(made, details()), contacts=(ContactDetails("Mine", uuid=other.uuid),)))
    other.refresh_from_db()
    assert (other.name, other.client_id) == ("Karl", world.client.pk)


def test_foreign_clients_do_not_exist(world: Any, stranger: Any, details: Any) -> None:
    before = rows(stranger.client)
    with pytest.raises(BusinessError) as refusal:
        change(stranger.client, details(external_ids=()), company_id=world.company.pk)
    assert refusal.value.code == "not_found"
    assert rows(stranger.client) == before


def test_archived_clients_are_restored_before_they_change(world: Any, made: Client, details: Any) -> None:
    archive_client(company_id=world.company.pk, client_uuid=made.uuid, actor=None, at=LATER)
    before = rows(made)
    with pytest.raises(BusinessError) as refusal:
        change(made, details(name="Anders"), revision=2)
    assert refusal.value.code == "client.archived"
    assert rows(made) == before


def test_changes_past_the_verbs_are_in_history_too(made: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor', '', true), set_config('app.at', '', true)")
        cursor.execute("UPDATE clients_client SET name = 'Gekapert' WHERE id = %s", [made.pk])
        cursor.execute("DELETE FROM clients_contact WHERE client_id = %s", [made.pk])
    row = Client.history.filter(id=made.pk).order_by("-history_id").first()
    assert (row.history_type, row.name, row.history_user, row.occurred_at) == ("~", "Gekapert", None, None)
    assert row.database_role == connection.settings_dict["USER"]
    assert Contact.history.filter(client_id=made.pk).order_by("-history_id").first().history_type == "-"
