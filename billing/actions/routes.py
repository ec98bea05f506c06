"""Verbs on the routes e-invoices leave by. Secrets stay where they are; the row only names the place."""

import datetime as dt
import uuid
from typing import Any

import asyncssh

from billing.models import Route
from billing.states import RouteKind
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.secrets import example, is_reference
from invoicing_site.validation import check_fields

FIELDS = ("name", "automatic", "host", "port", "username", "secret", "host_key", "folder", "address")


@action
def add_route(
    *, company_id: int, kind: str, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any
) -> Route:
    """Add a route of `kind` ("sftp", "email"). `secret` is a reference (invoicing_site/secrets.py); `host_key` one line of OpenSSH.

    Locks the company. Raises at the field: route.kind, route.missing, route.reference, route.host_key, route.automatic, field.invalid.
    Publishes route.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    if kind not in RouteKind.values:
        raise BusinessError("route.kind", "kind")
    return _save(Route(company=company, kind=kind), "route.added", fields, actor, at)


@action
def change_route(
    *, company_id: int, route_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any
) -> Route:
    """Change a route; what is already on its way goes the new one. Locks the company, then the route.

    Raises not_found and what adding raises. Publishes route.changed.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    route: Route = lock_row(Route.objects.for_company(company).filter(uuid=route_uuid, archived_at=None))
    return _save(route, "route.changed", fields, actor, at)


@action
def archive_route(
    *, company_id: int, route_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Route:
    """Nothing new goes this way; what waits still does. Locks the route. Raises not_found. Publishes route.archived."""
    route: Route = lock_row(Route.objects.filter(company=company_id, uuid=route_uuid, archived_at=None))
    route.archived_at = at
    route.save(update_fields=["archived_at"])
    _tell("route.archived", route, actor, at)
    return route


def _save(route: Route, event: str, fields: dict[str, Any], actor: User | None, at: dt.datetime) -> Route:
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(route, name, value.strip() if isinstance(value, str) else value)
    _check(route)
    route.save()
    _tell(event, route, actor, at)
    return route


def _check(route: Route) -> None:
    check_fields(route)
    needed = ("host", "username", "secret", "host_key") if route.kind == RouteKind.SFTP else ("address",)
    for name in needed:
        if not getattr(route, name):
            raise BusinessError("route.missing", name)
    if route.kind == RouteKind.SFTP:
        if not is_reference(route.secret, route.company.slug):
            raise BusinessError("route.reference", "secret", example=example(route.company.slug))
        try:
            asyncssh.import_public_key(route.host_key)
        except (asyncssh.KeyImportError, ValueError):
            raise BusinessError("route.host_key", "host_key") from None
        if not 1 <= route.port <= 65_535:
            raise BusinessError("route.port", "port")
    others = Route.objects.for_company(route.company).filter(automatic=True, archived_at=None).exclude(pk=route.pk)
    if route.automatic and others.exists():
        raise BusinessError("route.automatic", "automatic")


def _tell(type: str, route: Route, actor: User | None, at: dt.datetime) -> None:
    publish(type, company=route.company, subject=("route", route.uuid), data={"kind": route.kind}, actor=actor, at=at)
