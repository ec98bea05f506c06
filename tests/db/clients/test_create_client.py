from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from clients.actions.clients import create_client
from clients.models import Address, Client, Contact, ExternalId, TaxId
from clients.rules.details import AddressDetails, ContactDetails, ExternalIdDetails, TaxIdDetails
from invoicing_site.crypto import digest
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.world import AT


def test_a_client_is_stored_with_all_its_parts(world: Any, made: Client) -> None:
    client = Client.objects.get(pk=made.pk)
    assert (client.company, client.number, client.name) == (world.company, "K0002", "Ölmühle Straßburger & Söhne")
    assert (client.sort_name, client.currency, client.language) == ("olmuhle strassburger & sohne", "EUR", "de")
    assert [(a.kind, a.line1, a.country) for a in client.addresses.all()] == [("billing", "Am Sandtorkai 50", "DE")]
    assert [(c.name, c.email, c.role) for c in client.contacts.all()] == [
        ("Ida Straßburger", "ida@oelmuehle.example", "Buchhaltung")
    ]
    assert [(t.scheme, t.value) for t in client.tax_ids.all()] == [("VAT", "DE136695976")]
    assert [(e.system, e.value) for e in client.external_ids.all()] == [("crm", "4711")]


def test_tax_ids_are_ciphertext_in_the_table(made: Client) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT value, value_digest FROM clients_taxid WHERE client_id = %s", [made.pk])
        [(value, found)] = cursor.fetchall()
    assert b"136695976" not in bytes(value)
    assert bytes(found) == digest("DE136695976", "client.tax_id")


def test_creation_is_told_once_without_personal_data(world: Any, made: Client) -> None:
    event = Event.objects.get(subject=made.uuid)
    assert (event.type, event.company, event.actor, event.occurred_at) == (
        "client.created", world.company, world.people["clerk"], AT,
    )  # fmt: skip
    assert event.data == {}


def test_history_has_actor_and_reason(world: Any, details: Any) -> None:
    client = create_client(
        company_id=world.company.pk, details=details(), actor=world.owner, at=AT, reason="Neukunde der Messe"
    )
    for model in (Client, Address, Contact, TaxId, ExternalId):
        row = model.history.get(**{"client_id" if model is not Client else "id": client.pk})
        assert (row.history_type, row.history_user, row.history_change_reason) == (
            "+",
            world.owner,
            "Neukunde der Messe",
        )


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        ("K0041", "K0042"),
        ("K9999", "K10000"),
        ("10007", "10008"),
        ("ACME", "K0001"),
        ("C-9", "C-10"),
        ("9" * 20, "K0001"),
    ],
)
def test_the_next_number_follows_the_newest_client(world: Any, details: Any, newest: str, expected: str) -> None:
    Client.objects.filter(pk=world.client.pk).update(number=newest)
    client = create_client(company_id=world.company.pk, details=details(), actor=None, at=AT)
    assert client.number == expected


def test_numbers_of_another_company_neither_block_nor_count(world: Any, stranger: Any, details: Any) -> None:
    Client.objects.filter(pk=stranger.client.pk).update(number="K0900")
    assert create_client(company_id=world.company.pk, details=details(), actor=None, at=AT).number == "K0002"
    taken = details(number="K0900", external_ids=())
    assert create_client(company_id=world.company.pk, details=taken, actor=None, at=AT).number == "K0900"


REFUSALS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"name": " "}, "field.invalid", "name"),
    ({"name": "x" * 161}, "field.invalid", "name"),
    ({"name": "nul\0"}, "field.invalid", "name"),
    ({"number": "K0001"}, "client.number_taken", "number"),
    ({"number": "K" * 21}, "field.invalid", "number"),
    ({"kind": "cat"}, "field.invalid", "kind"),
    ({"currency": "BGN"}, "currency.unknown", "currency"),
    ({"language": "tlh"}, "language.unknown", "language"),
    ({"net_days": 3651}, "terms.net_days", "net_days"),
    ({"net_days": -1}, "field.invalid", "net_days"),
    ({"email": "no address"}, "field.invalid", "email"),
    ({"tax_treatment": "never"}, "client.treatment", "tax_treatment"),
    ({"withholding_percent": Decimal(100)}, "client.withholding", "withholding_percent"),
    ({"withholding_percent": Decimal(-1)}, "client.withholding", "withholding_percent"),
    ({"withholding_percent": Decimal("1.1234567")}, "field.invalid", "withholding_percent"),
    ({"einvoice": "edifact"}, "client.einvoice", "einvoice"),
    ({"endpoint": "DE811907980"}, "endpoint.scheme", "endpoint_scheme"),
    ({"endpoint": "DE811907980", "endpoint_scheme": "1234"}, "endpoint.scheme", "endpoint_scheme"),
    ({"endpoint_scheme": "9930"}, "endpoint.value", "endpoint"),
    ({"billing": AddressDetails(line1="A 1", city="B", country="EU")}, "country.unknown", "billing.country"),
    ({"delivery": AddressDetails(line1="", city="B", country="DE")}, "field.invalid", "delivery.line1"),
    ({"contacts": (ContactDetails("A"), ContactDetails("B", email="@"))}, "field.invalid", "contacts.1.email"),
    ({"tax_ids": (TaxIdDetails("VAT", "DE136695975"),)}, "client.tax_id", "tax_ids.0.value"),
    ({"tax_ids": (TaxIdDetails("TAX", "123"), TaxIdDetails("TAX", "124"))}, "client.twice", "tax_ids.1.scheme"),
    ({"external_ids": (ExternalIdDetails("a", "1"),) * 2}, "client.twice", "external_ids.1.system"),
    ({"external_ids": (ExternalIdDetails("", "1"),)}, "field.invalid", "external_ids.0.system"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "code", "field"), REFUSALS, ids=[f"{code}-{field}" for _, code, field in REFUSALS])
def test_bad_input_is_refused_at_its_field_and_nothing_is_stored(
    world: Any, details: Any, fields: dict[str, Any], code: str, field: str
) -> None:
    counts = {model: model.objects.count() for model in (Client, Address, Contact, TaxId, ExternalId, Event)}
    with pytest.raises(BusinessError) as refusal:
        create_client(company_id=world.company.pk, details=details(**fields), actor=world.owner, at=AT)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert {model: model.objects.count() for model in counts} == counts


def test_an_external_id_belongs_to_one_client(world: Any, made: Client, details: Any) -> None:
    with pytest.raises(BusinessError) as refusal:
        create_client(company_id=world.company.pk, details=details(name="Andere"), actor=None, at=AT)
    assert (refusal.value.code, refusal.value.field) == ("client.external_id_taken", "external_ids.0.value")
    assert not Client.objects.filter(name="Andere").exists()


def test_the_database_keeps_parts_in_their_company(world: Any, stranger: Any) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Contact.objects.create(company=world.company, client=stranger.client, name="Mole")


def test_where_no_number_is_left_a_person_chooses_one(world: Any, details: Any) -> None:
    Client.objects.filter(pk=world.client.pk).update(number="K" + "9" * 19)
    with pytest.raises(BusinessError) as refusal:
        create_client(company_id=world.company.pk, details=details(), actor=None, at=AT)
    assert (refusal.value.code, refusal.value.field) == ("field.invalid", "number")
    assert create_client(company_id=world.company.pk, details=details(number="A1"), actor=None, at=AT).number == "A1"
