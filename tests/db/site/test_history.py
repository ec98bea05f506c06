"""Every change of a business row is in its history with actor, reason and request, whoever ran the SQL (SPEC S3, I12)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from billing.actions.drafts import create_draft, save_draft
from billing.models import Document
from billing.rules.draft import Draft, DraftLine
from clients.models import Client
from invoicing_site.action import action
from invoicing_site.context import request_id
from invoicing_site.guards import AppendOnly, History
from invoicing_site.models import User
from tests.world import AT


@action
def rename(*, client: Any, name: str, actor: User | None, at: dt.datetime, reason: str = "") -> None:
    Client.objects.filter(pk=client.pk).update(name=name)


def test_update_tells_who_why_when_and_in_which_request(world: Any) -> None:
    token = request_id.set("req-42")
    rename(client=world.client, name="Neuer Name", actor=world.accountant, at=AT, reason="merger")
    request_id.reset(token)
    past = world.client.history.order_by("-history_id").first()
    assert (past.name, past.history_type, past.history_user_id) == ("Neuer Name", "~", world.accountant.pk)
    assert (past.history_change_reason, past.request_id, past.occurred_at) == ("merger", "req-42", AT)
    assert past.database_role == settings.APPLICATION_DATABASE["USER"]


def test_raw_sql_is_recorded_with_the_database_role(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor', '', true)")
        cursor.execute("UPDATE clients_client SET phone = '030 1' WHERE id = %s", [world.client.pk])
    past = world.client.history.order_by("-history_id").first()
    assert (past.phone, past.history_user_id, past.database_role) == (
        "030 1", None, settings.APPLICATION_DATABASE["USER"],
    )  # fmt: skip


def test_bulk_changes_and_deletes_are_recorded(world: Any) -> None:
    lines = (DraftLine("a", Decimal(1), Decimal(1)), DraftLine("b", Decimal(1), Decimal(1)))
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=lines)
    document = create_draft(company=world.company, draft=draft, actor=world.owner, at=AT)
    empty = Draft(client_id=world.client.pk, currency="EUR", lines=())
    save_draft(company=world.company, document_uuid=document.uuid, draft=empty, revision=1, actor=world.owner, at=AT)
    model = apps.get_model("billing", "historicalline")
    assert sorted(model.objects.filter(document_id=document.pk).values_list("history_type", flat=True)) == [
        "+",
        "+",
        "-",
        "-",
    ]


def test_change_without_effect_leaves_no_row(world: Any) -> None:
    before = world.client.history.count()
    rename(client=world.client, name=world.client.name, actor=world.owner, at=AT)
    assert world.client.history.count() == before


def test_actor_does_not_leak_into_the_next_transaction(world: Any) -> None:
    rename(client=world.client, name="A", actor=world.owner, at=AT, reason="one")
    rename(client=world.client, name="B", actor=None, at=AT)
    newest = world.client.history.order_by("-history_id").first()
    assert (newest.history_user_id, newest.history_change_reason) == (None, None)


def test_passwords_are_not_in_the_history(world: Any) -> None:
    fields = {field.name for field in apps.get_model("invoicing_site", "historicaluser")._meta.fields}
    assert "password" not in fields


def test_tax_ids_are_stored_encrypted_in_table_and_history(world: Any) -> None:
    with connection.cursor() as cursor:
        for table in ("invoicing_site_company", "invoicing_site_historicalcompany"):
            cursor.execute(f'SELECT vat_id FROM "{table}"')
            assert b"DE136695976" not in bytes(cursor.fetchone()[0])
    assert world.company.history.first().vat_id == "DE136695976"


MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in {"invoicing_site", "clients", "billing", "payments"}
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_business_row_has_a_history_or_is_append_only(model: Any) -> None:
    """What changes has a history table; what never changes is its own history."""
    own = {
        "Delivery", "SealHead", "DataKey", "Idempotency", "AuthenticatorDevice", "Counter", "LineTax", "BreakGlass",
        "Heartbeat", "InboxEvent", "SignInCode",
        "Transmission",  # its events tell each step
        "TaxDecision", "Dismissal",  # written once, gone with a draft, frozen with what is issued
        "Mail",  # its events tell each state; a history would keep the secrets its end takes away
    }  # fmt: skip
    if model._meta.object_name.startswith("Historical") or model._meta.object_name in own:
        return
    assert any(isinstance(guard, History | AppendOnly) for guard in model._meta.constraints)


def test_amounts_are_at_the_minor_unit_of_their_currency(world: Any) -> None:
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=())
    document = create_draft(company=world.company, draft=draft, actor=None, at=AT)
    for currency, amount, fits in (
        ("EUR", "0.01", True),
        ("EUR", "0.001", False),
        ("JPY", "1", True),
        ("JPY", "0.1", False),
        ("KWD", "0.001", True),
    ):
        wanted = {
            "currency": currency,
            "lines_amount": Decimal(amount),
            "net": Decimal(amount),
            "total": Decimal(amount),
        }
        if fits:
            Document.objects.filter(pk=document.pk).update(**wanted)
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                Document.objects.filter(pk=document.pk).update(**wanted)
