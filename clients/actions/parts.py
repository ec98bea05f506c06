"""The parts of a client, saved by difference: rows keep their ids, and history shows what changed and nothing else."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Model

from clients.models import Address, Client, Contact, ExternalId, TaxId
from clients.rules.details import AddressDetails, ClientDetails, TaxIdDetails
from clients.states import Scheme
from invoicing_site.choices import COUNTRIES
from invoicing_site.crypto import digest
from invoicing_site.errors import BusinessError
from invoicing_site.rules.tax_ids import normalise
from invoicing_site.validation import check_fields

Values = dict[str, Any]


def save_parts(client: Client, details: ClientDetails) -> list[str]:
    """Make addresses, contacts and ids of `client` what `details` say; returns which of them changed.

    Called with the company locked, so that nobody takes an external id between the look and the write.
    """
    wanted = {
        "addresses": _addresses(details),
        "contacts": _contacts(client, details),
        "tax_ids": _tax_ids(details),
        "external_ids": _external_ids(client, details),
    }
    keys = {"addresses": "kind", "contacts": "uuid", "tax_ids": "scheme", "external_ids": "system"}
    models: dict[str, type[Model]] = {
        "addresses": Address, "contacts": Contact, "tax_ids": TaxId, "external_ids": ExternalId,
    }  # fmt: skip
    return [name for name, rows in wanted.items() if _sync(client, models[name], keys[name], rows)]


def _sync(client: Client, model: Any, key: str, wanted: "Mapping[Hashable, tuple[str, Values]]") -> bool:
    """One kind of part; `wanted` maps what identifies a row to its field path and values."""
    stored = {getattr(row, key): row for row in model.objects.filter(client=client)}
    changed = False
    for gone in stored.keys() - wanted.keys():
        stored[gone].delete()
        changed = True
    for found, (path, values) in wanted.items():
        row = stored.get(found) or model(company=client.company, client=client)
        fresh = [name for name, value in values.items() if getattr(row, name) != value]
        for name in fresh:
            setattr(row, name, values[name])
        check_fields(row, path)
        if row.pk is None:
            row.save()
        elif fresh:
            row.save(update_fields=fresh)
        changed = changed or bool(fresh)
    return changed


def _addresses(details: ClientDetails) -> "dict[Hashable, tuple[str, Values]]":
    wanted: dict[Hashable, tuple[str, Values]] = {}
    given: Iterable[tuple[str, AddressDetails | None]] = (("billing", details.billing), ("delivery", details.delivery))
    for kind, address in given:
        if address is not None:
            values = _stripped(asdict(address))
            if values["country"] not in COUNTRIES:
                raise BusinessError("country.unknown", f"{kind}.country")
            wanted[kind] = (f"{kind}.", {"kind": kind, **values})
    return wanted


def _contacts(client: Client, details: ClientDetails) -> "dict[Hashable, tuple[str, Values]]":
    known = set(client.contacts.values_list("uuid", flat=True))
    wanted: dict[Hashable, tuple[str, Values]] = {}
    for index, contact in enumerate(details.contacts):
        values = _stripped(asdict(contact))
        found = values.pop("uuid")
        if found is not None and (found not in known or found in wanted):
            raise BusinessError("not_found", f"contacts.{index}")
        wanted[found or ("new", index)] = (f"contacts.{index}.", values)
    return wanted


def _tax_ids(details: ClientDetails) -> "dict[Hashable, tuple[str, Values]]":
    wanted: dict[Hashable, tuple[str, Values]] = {}
    for index, given in enumerate(details.tax_ids):
        path = f"tax_ids.{index}."
        if given.scheme in wanted:
            raise BusinessError("client.twice", f"{path}scheme")
        value = normalise(given.scheme, given.value, f"{path}value", _label(given))
        # bytes of the column come back as memoryview, which compares equal to bytes
        values = {"scheme": given.scheme, "value": value, "value_digest": digest(value, "client.tax_id")}
        wanted[given.scheme] = (path, values)
    return wanted


def _label(given: TaxIdDetails) -> object:
    return Scheme(given.scheme).label if given.scheme in Scheme.values else given.scheme


def _external_ids(client: Client, details: ClientDetails) -> "dict[Hashable, tuple[str, Values]]":
    wanted: dict[Hashable, tuple[str, Values]] = {}
    for index, given in enumerate(details.external_ids):
        values = _stripped(asdict(given))
        path = f"external_ids.{index}."
        if values["system"] in wanted:
            raise BusinessError("client.twice", f"{path}system")
        others = ExternalId.objects.filter(company=client.company, **values).exclude(client=client)
        if others.exists():
            raise BusinessError("client.external_id_taken", f"{path}value")
        wanted[values["system"]] = (path, values)
    return wanted


def _stripped(values: Values) -> Values:
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
