"""Who of a client may come into the portal."""

from typing import Any

from django.db.models import Count, QuerySet

from clients.models import Client, PortalGrant


def grants_of(client: Client) -> "QuerySet[Any]":
    """The open rights on a client with their accounts, the oldest first; `clients` counts what each account sees."""
    rows = PortalGrant.objects.filter(company=client.company_id, client=client.pk, account__ended_at=None)
    found: QuerySet[Any] = rows.select_related("account").annotate(clients=Count("account__grants")).order_by("id")
    return found
