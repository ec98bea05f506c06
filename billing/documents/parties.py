"""Seller and buyer as they stand on paper: address window, return line, legal footer."""

from collections.abc import Mapping
from typing import Any

from billing.documents.parts import Buyer, Row, Seller
from billing.documents.wording import Wording

# Where the town comes before the code, or the code stands on a line of its own; everywhere else "10115 Berlin".
TOWN_REGION_CODE = frozenset({"US", "CA", "AU", "IN", "BR"})
CODE_BELOW = frozenset({"GB", "IE"})
# Countries that print on Letter (CLDR measurementData, paperSize US-Letter).
LETTER = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})
FOOTER_SEPARATOR = " · "


def paper(seller: Mapping[str, Any]) -> str:
    """`letter` or `a4`, after the seller's country: it is the seller's printer and envelope."""
    return "letter" if seller["address"]["country"] in LETTER else "a4"


def seller_part(seller: Mapping[str, Any], buyer: Mapping[str, Any], logo: str | None, wording: Wording) -> Seller:
    """Letterhead, return line and the three columns of the footer; `logo` is the hash of its stored bytes."""
    texts, abroad = wording.texts, _abroad(buyer["address"], seller)
    address = address_lines(seller["address"], wording, with_country=abroad)
    contact = [
        f"{texts['phone']} {seller['phone']}" if seller["phone"] else "",
        seller["email"],
        seller["website"],
    ]
    legal = [
        *(f"{tax_id_label(each['scheme'], wording)} {each['value']}" for each in seller["tax_ids"]),
        f"{texts['register']}: {seller['register']}" if seller["register"] else "",
        f"{texts['managers']}: {seller['managers']}" if seller["managers"] else "",
    ]
    name = seller["legal_name"] or seller["name"]
    columns = ([name, *address], contact, legal)
    return Seller(
        name=seller["name"] or name,
        sender=FOOTER_SEPARATOR.join([name, *address_lines(seller["address"], wording, with_country=False)]),
        logo=logo,
        footer=tuple(tuple(line for line in column if line) for column in columns),
    )


def buyer_part(buyer: Mapping[str, Any], seller: Mapping[str, Any], wording: Wording) -> Buyer:
    """The address window; the country is named only when the letter leaves the seller's."""
    lines = [buyer["name"]]
    if buyer["attention"]:
        lines.append(wording.texts["attention"].format(buyer["attention"]))
    if buyer["address"]:
        lines += address_lines(buyer["address"], wording, with_country=_abroad(buyer["address"], seller))
    delivery, delivered_to = buyer["delivery_address"], None
    if delivery:
        place = address_lines(delivery, wording, with_country=_abroad(delivery, seller))
        delivered_to = Row(wording.texts["delivered_to"], ", ".join(place))
    return Buyer(tuple(lines), delivered_to)


def _abroad(address: Mapping[str, Any] | None, seller: Mapping[str, Any]) -> bool:
    return address is not None and address["country"] != seller["address"]["country"]


def buyer_tax_ids(buyer: Mapping[str, Any], wording: Wording) -> list[Row]:
    """The buyer's ids, which reverse charge and intra-Community supply need on the invoice (Art. 226(4))."""
    label = wording.texts["tax_id_buyer"]
    return [Row(label.format(tax_id_label(each["scheme"], wording)), each["value"]) for each in buyer["tax_ids"]]


def tax_id_label(scheme: str, wording: Wording) -> str:
    return wording.texts["tax_ids"].get(scheme, scheme)


def address_lines(address: Mapping[str, Any], wording: Wording, *, with_country: bool) -> list[str]:
    """Street to country, empty lines left out, the town in the order of the address's own country."""
    country = address["country"]
    code, city, region = address["postcode"], address["city"], address["region"]
    if country in TOWN_REGION_CODE:
        town = [", ".join(part for part in (city, f"{region} {code}".strip()) if part)]
    elif country in CODE_BELOW:
        town = [city, region, code]
    else:
        town = [", ".join(part for part in (f"{code} {city}".strip(), region) if part)]
    lines = [address["line1"], address["line2"], *town]
    if with_country and country:
        lines.append(wording.country(country))
    return [line for line in lines if line]
