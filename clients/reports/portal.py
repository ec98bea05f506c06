"""Who of a client may come into the portal."""

from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from clients.models import Client, PortalAccount, PortalGrant
from invoicing_site.models import Company


def live_account(company: Company, email: str) -> "QuerySet[Any]":
    """The account of a company with this address, however it is spelled, as long as it was not ended; by the unique index."""
    rows = PortalAccount.objects.for_company(company).annotate(lower=Lower("email"))
    found: QuerySet[Any] = rows.filter(lower=email.strip().lower(), ended_at=None)
    return found


def grants_of(client: Client) -> "QuerySet[Any]":
    """The open rights on a client with their accounts, the oldest first; `clients` counts what each account sees."""
    rows = PortalGrant.objects.filter(company=client.company_id, client=client.pk, account__ended_at=None)
    found: QuerySet[Any] = rows.select_related("account").annotate(clients=Count("account__grants")).order_by("id")
    return found
