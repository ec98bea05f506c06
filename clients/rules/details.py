"""A client as typed, whatever door it came through: form, API, import. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

# What a client's e-invoices need to know.
TAX = ("tax_treatment", "withholding_percent", "order_required")
TERMS = ("term", "term_day", "discount_percent", "discount_days")
EINVOICE = ("einvoice", "endpoint_scheme", "endpoint", "buyer_reference")


@dataclass(frozen=True, slots=True)
class AddressDetails:
    """`country` is an ISO 3166 code."""

    line1: str
    city: str
    country: str
    attention: str = ""
    line2: str = ""
    postcode: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """`uuid` names the stored contact this one replaces, None a new one."""

    name: str
    email: str = ""
    phone: str = ""
    role: str = ""
    uuid: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class TaxIdDetails:
    """`value` as typed; it is checked and stored in one spelling."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class ExternalIdDetails:
    """What another system calls this client."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class ClientDetails:
    """Everything a person may say about a client; what is left out is removed.

    `currency` is the ISO 4217 code its documents are written in, `net_days` calendar days after the document's date
    (None: the company's own term), `term` a key of `clients.states.Term` or empty with its `term_day` of the month,
    `discount_percent` what paying within `discount_days` saves, `number` empty for the next free one. `tax_treatment` is a key of
    `clients.states.Treatment`; the client withholds `withholding_percent` of the net. `einvoice` is a key of `clients.states.Einvoice`,
    `endpoint` the electronic address in the register `endpoint_scheme` names (invoicing_site/rules/eas.py).
    """

    name: str
    currency: str
    number: str = ""
    kind: str = "company"
    language: str = "en"
    net_days: int | None = None
    term: str = ""
    term_day: int = 0
    discount_percent: Decimal = Decimal(0)
    discount_days: int = 0
    email: str = ""
    phone: str = ""
    notes: str = ""
    tax_treatment: str = "auto"
    withholding_percent: Decimal = Decimal(0)
    order_required: bool = False
    einvoice: str = ""
    endpoint_scheme: str = ""
    endpoint: str = ""
    buyer_reference: str = ""
    billing: AddressDetails | None = None
    delivery: AddressDetails | None = None
    contacts: tuple[ContactDetails, ...] = ()
    tax_ids: tuple[TaxIdDetails, ...] = ()
    external_ids: tuple[ExternalIdDetails, ...] = ()
