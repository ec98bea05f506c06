"""What the law of the seller's country wants on a document, as a table with the days it holds (SPEC B18). Pure.

Always there by construction, so not asked for: number, date, supply date, quantity and kind, price, tax per rate, names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from billing.rules.places import MEMBERS

VERSION = 1
# Small invoices need neither the buyer nor the seller's tax id: § 33 UStDV, § 11 (6) UStG (AT), art. 4 RD 1619/2012,
# reg. 16A SI 1995/2518. Total with tax, in the currency of the law.
SIMPLIFIED: Mapping[str, tuple[str, Decimal]] = {
    "DE": ("EUR", Decimal(250)),
    "AT": ("EUR", Decimal(400)),
    "ES": ("EUR", Decimal(400)),
    "GB": ("GBP", Decimal(250)),
}
AUSTRIAN_LIMIT = Decimal(10000)
_SIREN = re.compile(r"(?<!\d)\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?(?!\d)")
_SWISS = re.compile(r"CHE.*(?:MWST|TVA|IVA|TPV)")
_JAPANESE = re.compile(r"T\d{13}")
_PENALTIES = re.compile(r"p[ée]nalit|late[- ]payment|verzug|demora", re.IGNORECASE)
_FORTY = re.compile(r"(?<!\d)40(?!\d)")


@dataclass(frozen=True, slots=True)
class Facts:
    """One document about to be issued on `day`. `total` is with tax, in the company's base `currency`; `buyer_country` is
    empty where there is no address; `categories` are EN 16931's on its lines; `charged` says whether any rate is above zero,
    `unreasoned` names the taxes that charge nothing and do not say why; `texts` is all its free text."""

    seller: str
    day: dt.date
    vat_id: str = ""
    tax_number: str = ""
    register: str = ""
    small_business: bool = False
    currency: str = "EUR"
    total: Decimal = Decimal(0)
    buyer_country: str = ""
    business: bool = True
    buyer_ids: tuple[tuple[str, str], ...] = ()
    categories: frozenset[str] = field(default_factory=frozenset)
    charged: bool = False
    unreasoned: tuple[str, ...] = ()
    texts: str = ""

    @property
    def simplified(self) -> bool:
        currency, most = SIMPLIFIED.get(self.seller, ("", Decimal(0)))
        return self.currency == currency and self.total <= most and not self.categories & {"K", "AE"}

    @property
    def buyer_vat(self) -> bool:
        return any(scheme == "VAT" for scheme, _value in self.buyer_ids)

    @property
    def domestic_business(self) -> bool:
        return self.business and self.buyer_country == self.seller


class Requirement(NamedTuple):
    """From `since` on, sellers in `country` ("EU": member states, "*": everyone) are refused with `code` at `field` where it
    `applies` and is not `met`. `law` is where it is written."""

    country: str
    since: dt.date
    code: str
    field: str | None
    law: str
    applies: Callable[[Facts], bool]
    met: Callable[[Facts], bool]


def _always(facts: Facts) -> bool:
    return True


def _full(facts: Facts) -> bool:
    return not facts.simplified


def _charged(facts: Facts) -> bool:
    return facts.charged


def _seller_vat(facts: Facts) -> bool:
    return bool(facts.vat_id or (facts.small_business and facts.tax_number))


def _seller_any(facts: Facts) -> bool:
    return bool(facts.vat_id or facts.tax_number)


def _identified(facts: Facts) -> bool:
    return any(scheme != "CERT" for scheme, _value in facts.buyer_ids)


def _shows_siren(facts: Facts) -> bool:
    return siren(facts.register)


def _buyer_siren(facts: Facts) -> bool:
    return any(siren(value[4:] if scheme == "VAT" else value) for scheme, value in facts.buyer_ids)


def siren(text: str) -> bool:
    """Whether `text` holds a SIREN (nine digits, Luhn) or the SIRET that begins with one."""
    for found in _SIREN.findall(text):
        digits = [int(each) for each in found.replace(" ", "")[:9]]
        doubled = [each if place % 2 == 0 else each * 2 - 9 * (each > 4) for place, each in enumerate(digits)]
        if sum(doubled) % 10 == 0:
            return True
    return False


_ANY_ID = {"DE", "ES"}  # whose own rows below take a national number too
_UNION, _OLD = dt.date(1993, 1, 1), dt.date(1970, 1, 1)
TABLE = (
    Requirement("*", _OLD, "document.client_address", "client", "Art. 226 (5)", _full, lambda f: bool(f.buyer_country)),
    Requirement("*", _UNION, "document.reason_missing", None, "Art. 226 (11)", _always, lambda f: not f.unreasoned),
    Requirement("*", _UNION, "document.vat_id_missing", "client.tax_ids", "Art. 226 (4), 138", lambda f: "K" in f.categories,
                lambda f: f.buyer_vat),
    Requirement("*", _UNION, "document.tax_id_missing", "client", "Art. 226 (4)", lambda f: "AE" in f.categories,
                _identified),
    Requirement("*", _OLD, "document.small_business_tax", "lines", "Art. 203", lambda f: f.small_business,
                lambda f: not f.charged),
    Requirement("DE", _UNION, "document.seller_tax_id", None, "§ 14 (4) no. 2 UStG", _full, _seller_any),
    Requirement("ES", dt.date(2013, 1, 1), "document.seller_tax_id", None, "art. 6.1 c RD 1619/2012", _always, _seller_any),
    Requirement("EU", _UNION, "document.seller_vat_id", "company.vat_id", "Art. 226 (3)",
                lambda f: f.seller not in _ANY_ID and not f.simplified, _seller_vat),
    Requirement("AT", dt.date(2006, 7, 1), "legal.at_client_vat", "client.tax_ids", "§ 11 (1) no. 3 f UStG",
                lambda f: f.domestic_business and f.currency == "EUR" and f.total > AUSTRIAN_LIMIT, lambda f: f.buyer_vat),
    Requirement("FR", dt.date(2007, 5, 11), "legal.fr_register", "company.register", "art. R123-237 C. com.", _always, _shows_siren),
    Requirement("FR", dt.date(2013, 1, 1), "legal.fr_penalties", "notes", "art. L441-9, D441-5 C. com.",
                lambda f: f.business, lambda f: bool(_PENALTIES.search(f.texts) and _FORTY.search(f.texts))),
    Requirement("FR", dt.date(2026, 9, 1), "legal.fr_client_siren", "client.tax_ids", "décret 2022-1299", lambda f: f.domestic_business,
                _buyer_siren),
    Requirement("ES", dt.date(2013, 1, 1), "legal.es_client_nif", "client.tax_ids", "art. 6.1 d RD 1619/2012",
                lambda f: f.domestic_business and not f.simplified, _identified),
    Requirement("GB", dt.date(1995, 10, 20), "legal.gb_vat", "company.vat_id", "reg. 14 SI 1995/2518", _charged,
                lambda f: f.vat_id[:2] in {"GB", "XI"}),
    Requirement("CH", dt.date(2014, 1, 1), "legal.ch_uid", "company.vat_id", "Art. 26 (2) a MWSTG", _charged,
                lambda f: bool(_SWISS.fullmatch(f.vat_id.upper()))),
    Requirement("NO", dt.date(2010, 1, 1), "legal.no_mva", "company.vat_id", "bokføringsforskriften § 5-1-2", _charged,
                lambda f: f.vat_id.endswith("MVA")),
    Requirement("JP", dt.date(2023, 10, 1), "legal.jp_number", "company.tax_number", "消費税法 57-4", _charged,
                lambda f: bool(_JAPANESE.fullmatch(f.tax_number) or _JAPANESE.fullmatch(f.vat_id))),
)  # fmt: skip


def missing(facts: Facts) -> list[Requirement]:
    """What the law asks for and the document does not have, in the order of the table."""
    countries = {"*", facts.seller, *(["EU"] if facts.seller in MEMBERS else [])}
    rows = [row for row in TABLE if row.country in countries and row.since <= facts.day]
    return [row for row in rows if row.applies(facts) and not row.met(facts)]
