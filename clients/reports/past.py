"""The history of a client, parts included."""

from typing import Any

from django.db.models import QuerySet

from clients.models import Address, Client, Contact, ExternalId, TaxId
from invoicing_site.reports.timeline import TimelineRow, timeline


def client_timeline(client: Client) -> list[TimelineRow]:
    """What happened to `client`, newest first. Seven queries at most."""
    return timeline(client.uuid, _histories(client))


def changes_since(client: Client, revision: int | None) -> list[TimelineRow]:
    """What others saved after the client's `revision` was shown; everything when nobody knows that revision."""
    shown = Client.history.filter(id=client.pk, revision=revision).order_by("history_id").first()
    return timeline(client.uuid, _histories(client), since=shown.occurred_at if shown else None)


def _histories(client: Client) -> "list[QuerySet[Any]]":
    parts = (Address, Contact, TaxId, ExternalId)
    return [Client.history.filter(id=client.pk), *(part.history.filter(client_id=client.pk) for part in parts)]
