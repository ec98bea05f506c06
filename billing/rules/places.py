"""Where value added tax looks at a place: member states, territories that are in or out, and who has no such tax. Pure.

Sources: Art. 5–8 of Directive 2006/112/EC; Windsor Framework (Northern Ireland: goods as in the Union, services as in
Great Britain); LIVA Art. 3 (Canary Islands, Ceuta, Melilla); § 1 (2) UStG (Büsingen, Helgoland); Art. 294 CGI (overseas).
"""

from __future__ import annotations

from typing import NamedTuple

MEMBERS = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL",
    "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
# Written otherwise, or part of another country's tax territory.
SAME = {"EL": "GR", "UK": "GB", "MC": "FR", "IM": "GB", "LI": "CH"}
# Postcodes that lie outside the Union's tax territory though their country is a member.
OUTSIDE = {
    "DE": ("78266", "27498"),
    "ES": ("35", "38", "51", "52"),
    "FI": ("22",),
    "FR": ("971", "972", "973", "974", "976"),
    "GR": ("63086",),
    "IT": ("23041", "22061", "22060"),
}
NORTHERN_IRELAND = "XI"


class Place(NamedTuple):
    """`country` as tax law names it; `member` where it belongs to the Union's territory for what is supplied."""

    country: str
    member: bool


def place(country: str, postcode: str, *, goods: bool) -> Place:
    """The place of an address. `country` is ISO 3166 (XI where a tax id says so), `postcode` as written there."""
    country = SAME.get(country, country)
    code = postcode.replace(" ", "").upper()
    if country == NORTHERN_IRELAND or (country == "GB" and code.startswith("BT")):
        return Place(NORTHERN_IRELAND, True) if goods else Place("GB", False)
    if country in MEMBERS and code.startswith(OUTSIDE.get(country, ("-",))):
        return Place(f"{country}-{code[:3]}", False)
    return Place(country, country in MEMBERS)


def state_of(vat_id: str) -> str:
    """The country whose tax office gave a VAT id; empty where it names none (DE136695976 → DE, CHE… → CH)."""
    prefix = vat_id[:2].upper()
    return SAME.get(prefix, prefix) if prefix.isalpha() else ""
