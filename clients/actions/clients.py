"""Verbs on clients."""

import datetime as dt
import uuid

from django.conf import settings

from clients.actions.parts import save_parts
from clients.models import Client
from clients.reports.numbers import next_number
from clients.rules.details import EINVOICE, TAX, TERMS, ClientDetails
from clients.rules.naming import sort_name
from clients.states import Einvoice, Term, Treatment
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import minor_unit
from invoicing_site.rules.eas import check_endpoint
from invoicing_site.validation import check_fields

FIELDS = ("kind", "name", "language", "currency", "net_days", "email", "phone", "notes", *TERMS, *TAX, *EINVOICE)
MAX_NET_DAYS = 3650


@action
def create_client(
    *, company_id: int, details: ClientDetails, actor: User | None, at: dt.datetime, reason: str = ""
) -> Client:
    """Add a client of the company with its addresses, contacts, tax ids and external ids.

    Without a number it gets the next free one. Locks the company, so numbers and external ids are judged one at a
    time. Raises at the field: field.invalid, client.number_taken, client.tax_id, client.twice,
    client.external_id_taken, currency.unknown, client.treatment, client.withholding, client.einvoice, endpoint.scheme,
    endpoint.value. Publishes client.created.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    client = Client(company=company, number=details.number.strip() or next_number(company))
    _fill(client, details)
    client.save()
    save_parts(client, details)
    publish("client.created", company=company, subject=("client", client.uuid), actor=actor, at=at)
    return client


@action
def change_client(
    *,
    company_id: int,
    client_uuid: uuid.UUID,
    revision: int,
    details: ClientDetails,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Client:
    """Make the client what `details` say; parts that are left out are removed. Issued documents keep their snapshot.

    `revision` is the one the person looked at. Saving what is already stored changes nothing and tells nobody. Locks
    the company, then the client. Raises not_found, client.changed, client.archived, and what create_client raises.
    Publishes client.changed with the names of the fields.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    client: Client = lock_row(Client.objects.for_company(company).filter(uuid=client_uuid))
    if client.archived_at is not None:
        raise BusinessError("client.archived")
    if client.revision != revision:
        raise BusinessError("client.changed")
    before = {name: getattr(client, name) for name in ("number", *FIELDS)}
    client.number = details.number.strip() or client.number
    _fill(client, details)
    changed = [name for name, value in before.items() if getattr(client, name) != value]
    changed += save_parts(client, details)
    if changed:
        client.revision += 1
        client.save()
        data = {"fields": changed, "revision": client.revision}
        publish("client.changed", company=company, subject=("client", client.uuid), data=data, actor=actor, at=at)
    return client


@action
def archive_client(
    *, company_id: int, client_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Client:
    """Take the client out of menus and lists; its documents stay. Twice is once.

    Locks the client. Raises not_found. Publishes client.archived.
    """
    return _move(company_id, client_uuid, actor, at, archived_at=at)


@action
def restore_client(
    *, company_id: int, client_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Client:
    """Bring an archived client back. Twice is once. Locks the client. Raises not_found. Publishes client.restored."""
    return _move(company_id, client_uuid, actor, at, archived_at=None)


def _move(
    company_id: int, client_uuid: uuid.UUID, actor: User | None, at: dt.datetime, archived_at: dt.datetime | None
) -> Client:
    client: Client = lock_row(Client.objects.filter(company_id=company_id, uuid=client_uuid).select_related("company"))
    if (client.archived_at is None) != (archived_at is None):
        client.archived_at = archived_at
        client.revision += 1
        client.save(update_fields=["archived_at", "revision"])
        kind = "client.restored" if archived_at is None else "client.archived"
        publish(kind, company=client.company, subject=("client", client.uuid), actor=actor, at=at)
    return client


def _check_terms(client: Client) -> None:
    if client.net_days is not None and client.net_days > MAX_NET_DAYS:
        raise BusinessError("terms.net_days", "net_days", max=MAX_NET_DAYS)
    if client.discount_days > MAX_NET_DAYS:
        raise BusinessError("terms.net_days", "discount_days", max=MAX_NET_DAYS)
    if client.term not in ("", *Term.values):
        raise BusinessError("terms.kind", "term")
    if client.term_day > 31 or (client.term == Term.FIXED_DAY and not client.term_day):
        raise BusinessError("terms.day", "term_day")
    if not 0 <= client.discount_percent < 100:
        raise BusinessError("terms.discount_percent", "discount_percent")


def _fill(client: Client, details: ClientDetails) -> None:
    for name in FIELDS:
        value = getattr(details, name)
        setattr(client, name, value.strip() if isinstance(value, str) else value)
    client.sort_name = sort_name(client.name) or client.name
    check_fields(client)
    minor_unit(client.currency)
    if client.language not in dict(settings.DOCUMENT_LANGUAGES):
        raise BusinessError("language.unknown", "language")
    if client.tax_treatment not in Treatment.values:
        raise BusinessError("client.treatment", "tax_treatment")
    if not 0 <= client.withholding_percent < 100:
        raise BusinessError("client.withholding", "withholding_percent")
    if client.einvoice not in Einvoice.values:
        raise BusinessError("client.einvoice", "einvoice")
    check_endpoint(client.endpoint_scheme, client.endpoint)
    _check_terms(client)
    others = Client.objects.for_company(client.company).exclude(pk=client.pk)
    if others.filter(number=client.number).exists():
        raise BusinessError("client.number_taken", "number")
