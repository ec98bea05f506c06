"""One customer as the story needs it: what is stored, and how it orders, is taxed and pays."""

from dataclasses import dataclass
from typing import Any

from clients.models import Client
from clients.rules.details import AddressDetails, ClientDetails, ContactDetails, ExternalIdDetails, TaxIdDetails


@dataclass
class Customer:
    """`taxed`: domestic, consumer (prices include tax), reverse, third (outside the EU), local, away, exempt.

    `pays`: prompt, due, late, cheque, cash, or collects (several documents in one transfer). `weight` is how often it
    orders, `monthly` whether it has a monthly contract, `since` the month of the story it comes in, `until` the month it
    is archived. `client` is there once it was stored.
    """

    details: ClientDetails
    taxed: str = "domestic"
    pays: str = "due"
    weight: int = 2
    monthly: bool = False
    since: int = 0
    until: int | None = None
    client: Client | None = None

    @property
    def name(self) -> str:
        return self.details.name

    @property
    def stored(self) -> Client:
        assert self.client is not None, f"{self.name} is not there yet"
        return self.client


STORY = {"taxed", "pays", "weight", "monthly", "since", "until"}


def company(name: str, place: str, contact: str = "", tax_id: str = "", **more: Any) -> Customer:
    """`place` is "street|postcode|city|country[|region]", `contact` "name|role|e-mail", `tax_id` "SCHEME value".

    `delivery` is a second place, `erp` an external id; what is left are fields of ClientDetails and of Customer.
    """
    story = {key: more.pop(key) for key in STORY & more.keys()}
    delivery, erp = more.pop("delivery", ""), more.pop("erp", "")
    person, role, email = (*contact.split("|"), "", "")[:3]
    scheme, _, value = tax_id.partition(" ")
    details = ClientDetails(
        name=name,
        email=more.pop("email", email),
        billing=_address(place, attention=person if role else ""),
        delivery=_address(delivery) if delivery else None,
        contacts=(ContactDetails(person, email=email, role=role),) if person else (),
        tax_ids=(TaxIdDetails(scheme, value),) if scheme else (),
        external_ids=(ExternalIdDetails(*erp.split(" ", 1)),) if erp else (),
        **more,
    )
    return Customer(details, **story)


def person(name: str, place: str, email: str, **more: Any) -> Customer:
    return company(name, place, kind="person", email=email, **({"weight": 1} | more))


def _address(place: str, attention: str = "") -> AddressDetails:
    line1, postcode, city, country, region = (*place.split("|"), "")[:5]
    return AddressDetails(
        line1=line1, postcode=postcode, city=city, country=country, region=region, attention=attention
    )
