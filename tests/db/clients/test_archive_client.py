from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clients.actions.clients import archive_client, restore_client
from clients.models import Client
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.world import AT


def told(client: Client) -> list[str]:
    return list(Event.objects.filter(subject=client.uuid).order_by("id").values_list("type", flat=True))


def test_archiving_twice_is_archiving_once(world: Any) -> None:
    for hours in (0, 1):
        archive_client(
            company_id=world.company.pk,
            client_uuid=world.client.uuid,
            actor=world.owner,
            at=AT + dt.timedelta(hours=hours),
            reason="Insolvenz",
        )
    client = Client.objects.get(pk=world.client.pk)
    assert (client.archived_at, client.revision, told(client)) == (AT, 2, ["client.archived"])
    assert client.history.first().history_change_reason == "Insolvenz"
    assert list(Client.objects.for_company(world.company).active()) == []


def test_a_client_comes_back(world: Any) -> None:
    for verb in (archive_client, restore_client, restore_client):
        verb(company_id=world.company.pk, client_uuid=world.client.uuid, actor=world.owner, at=AT)
    client = Client.objects.get(pk=world.client.pk)
    assert (client.archived_at, told(client)) == (None, ["client.archived", "client.restored"])


def test_a_foreign_client_stays_where_it_is(world: Any, stranger: Any) -> None:
    with pytest.raises(BusinessError) as refusal:
        archive_client(company_id=world.company.pk, client_uuid=stranger.client.uuid, actor=world.owner, at=AT)
    assert refusal.value.code == "not_found"
    assert Client.objects.get(pk=stranger.client.pk).archived_at is None
    assert told(stranger.client) == []
