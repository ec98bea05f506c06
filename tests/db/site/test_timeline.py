from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from clients.actions.clients import archive_client, change_client, create_client
from clients.models import Address, Client, TaxId
from clients.rules.details import AddressDetails, ClientDetails, TaxIdDetails
from invoicing_site.models import User
from invoicing_site.reports.timeline import Change, TimelineRow, timeline
from tests.world import AT

HOUR = dt.timedelta(hours=1)
DETAILS: dict[str, Any] = {
    "name": "Holm",
    "currency": "EUR",
    "number": "7",
    "billing": AddressDetails(line1="Ring 1", city="Kiel", country="DE"),
}


def change(client: Client, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any) -> Client:
    return change_client(
        company_id=client.company_id,
        client_uuid=client.uuid,
        revision=client.revision,
        details=ClientDetails(**(DETAILS | fields)),
        actor=actor,
        at=at,
        reason=reason,
    )


def read(client: Client, **options: Any) -> list[TimelineRow]:
    histories = [
        Client.history.filter(id=client.pk),
        Address.history.filter(client_id=client.pk),
        TaxId.history.filter(client_id=client.pk),
    ]
    return timeline(client.uuid, histories, **options)


@pytest.fixture
def holm(world: Any) -> Client:
    details = ClientDetails(**DETAILS)
    return create_client(company_id=world.company.pk, details=details, actor=world.owner, at=AT)


def test_events_and_their_changes_are_one_entry_newest_first(world: Any, holm: Client) -> None:
    wanted = {
        "billing": AddressDetails(line1="Ring 2", city="Kiel", country="DE"),
        "tax_ids": (TaxIdDetails("VAT", "DE136695976"),),
        "kind": "person",
        "net_days": 30,
    }
    change(holm, world.accountant, AT + HOUR, "Brief vom 16.", **wanted)
    archive_client(company_id=world.company.pk, client_uuid=holm.uuid, actor=None, at=AT + 2 * HOUR)
    assert read(holm) == [
        TimelineRow(AT + 2 * HOUR, "", "Client archived", (), "", "archive-box", "neutral"),
        TimelineRow(
            AT + HOUR,
            "Accountant Acme",
            "Details changed",
            (
                Change("Kind", "Company", "Person"),
                Change("Payment term in days", "", "30"),
                Change("Address: Street and number", "Ring 1", "Ring 2"),
                Change("Tax id", "", "VAT, DE136695976"),
            ),
            "Brief vom 16.",
            "pencil-square",
            "neutral",
        ),
        TimelineRow(AT, "Owner Acme", "Client created", (), "", "plus", "info"),
    ]


def test_what_was_written_past_the_verbs_stands_out(holm: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor', '', true), set_config('app.at', '', true)")
        cursor.execute("UPDATE clients_client SET email = 'x@evil.example' WHERE id = %s", [holm.pk])
        cursor.execute("DELETE FROM clients_address WHERE client_id = %s", [holm.pk])
    deleted, changed, _created = read(holm)
    assert changed.title == f"Changed in the database by {connection.settings_dict['USER']}"
    assert (changed.actor, changed.tone) == ("", "warn")
    assert changed.changes == (Change("E-mail address for documents", "", "x@evil.example"),)
    assert deleted.changes == (Change("Address", "Billing address, Ring 1, Kiel, DE", ""),)


def test_only_what_came_after_a_moment(world: Any, holm: Client) -> None:
    change(holm, world.owner, AT + HOUR, email="a@example.com")
    assert [row.title for row in read(holm, since=AT)] == ["Details changed"]
    assert read(holm, since=AT + HOUR) == []


def test_nothing_of_another_subject(holm: Client, stranger: Any) -> None:
    assert {row.actor for row in read(stranger.client)} <= {""}
    assert [row.title for row in read(holm)] == ["Client created"]


def test_figures_and_dates_read_in_the_active_language(world: Any, holm: Client) -> None:
    change(holm, world.owner, AT + HOUR, net_days=1000)
    with translation.override("de"), timezone.override("Europe/Berlin"):
        assert read(holm)[0].changes[0].after == "1.000"


def test_queries_do_not_grow_with_entries(world: Any, holm: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        read(holm)
    for hour in range(1, 6):
        holm = change(holm, world.owner, AT + hour * HOUR, net_days=hour)
    with CaptureQueriesContext(connection) as many:
        assert len(read(holm)) == 6
    assert (len(few), len(many)) == (4, 4)


def test_what_began_without_an_event_stands_at_the_start(world: Any) -> None:
    from billing.actions.taxes import archive_tax
    from billing.models import TaxCode

    tax = TaxCode.objects.get(company=world.company, code="DE19")
    archive_tax(company_id=world.company.pk, tax_uuid=tax.uuid, actor=world.owner, at=AT)
    rows = timeline(tax.uuid, [TaxCode.history.filter(id=tax.pk)])
    assert [(row.title, row.actor) for row in rows] == [("Tax archived", "Owner Acme"), ("Created", "")]


def test_several_subjects_and_chosen_types(world: Any, holm: Client) -> None:
    archive_client(company_id=world.company.pk, client_uuid=holm.uuid, actor=None, at=AT + HOUR)
    both = timeline([holm.uuid, world.company.uuid], [])
    assert [row.title for row in both] == ["Client archived", "Client created", "Company founded"]
    assert [row.title for row in timeline(holm.uuid, [], types=("client.archived",))] == ["Client archived"]


def test_a_change_older_than_the_window_is_told_without_its_details(world: Any, holm: Client) -> None:
    for hour in (1, 2, 3):
        holm = change(holm, world.owner, AT + hour * HOUR, net_days=hour, phone=str(hour))
    rows = timeline(holm.uuid, [Client.history.filter(id=holm.pk)], limit=2)
    assert [[change.after for change in row.changes] for row in rows] == [["3", "3"], ["2", "2"]]
    assert len(timeline(holm.uuid, [Client.history.filter(id=holm.pk)], limit=1)) == 1
