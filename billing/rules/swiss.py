"""The Swiss QR-bill: what the code on its payment part says (SIX, Implementation Guidelines QR-bill 2.3, section 4). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

CURRENCIES = ("CHF", "EUR")
COUNTRIES = ("CH", "LI")
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
# Section 4.2.2: lengths of name, street, building number, postal code and town, and of the unstructured message.
NAME, STREET, BUILDING, POSTCODE, TOWN, MESSAGE = 70, 70, 16, 16, 35, 140
# Institution numbers reserved for QR-IBANs (section 4.2.1): such an account takes a QR reference and nothing else.
QR_IIDS = range(30000, 32000)
_NUMBER_LAST = re.compile(r"(.*?\S)\s+(\d+\s?[a-zA-Z]?(?:\s?[-/]\s?\d+\s?[a-zA-Z]?)?)")
# Section 4.1.1: Latin letters of Unicode; anything else is printed by others as a question mark at best.
_OUTSIDE = re.compile("[^\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]")


@dataclass(frozen=True, slots=True)
class Party:
    """Creditor or debtor, with a structured address; `country` as ISO 3166."""

    name: str
    line1: str
    postcode: str
    city: str
    country: str

    @property
    def complete(self) -> bool:
        """Whether the standard takes it: all but the street is mandatory."""
        return all((_text(self.name, NAME), _text(self.postcode, POSTCODE), _text(self.city, TOWN), self.country))


def is_swiss(iban: str) -> bool:
    """Whether the account takes QR-bills: Swiss or of Liechtenstein. `iban` compact and valid."""
    return iban[:2] in COUNTRIES


def is_qr_iban(iban: str) -> bool:
    """Whether the account is a QR-IBAN. `iban` compact and valid."""
    return is_swiss(iban) and iban[4:9].isdigit() and int(iban[4:9]) in QR_IIDS


def reference_type(iban: str, reference: str) -> str | None:
    """``QRR``, ``SCOR`` or ``NON``; None where account and reference do not go together and no bill may be made."""
    structured = reference.isdigit() and len(reference) == 27
    if is_qr_iban(iban):
        return "QRR" if structured else None
    if structured:
        return None
    return "SCOR" if reference.startswith("RF") else "NON"


def payload(
    *, iban: str, creditor: Party, debtor: Party | None, amount: Decimal, currency: str, reference: str, message: str
) -> str | None:
    """The code's text, lines ended by LF; None where the standard has no bill: another country's account or currency, an
    amount outside 0.01 to 999,999,999.99, a creditor without an address, a reference the account does not take.

    `amount` is in `currency` at two decimals; `iban` compact and valid; `debtor` None or incomplete leaves the payer open.
    """
    kind = reference_type(iban, reference) if is_swiss(iban) else None
    if kind is None or currency not in CURRENCIES or not LEAST <= amount <= MOST or not creditor.complete:
        return None
    return "\n".join(
        [
            "SPC", "0200", "1", iban,
            *_party(creditor),
            *_party(None),
            f"{amount:.2f}", currency,
            *_party(debtor if debtor and debtor.complete else None),
            kind, "" if kind == "NON" else reference, _text(message, MESSAGE),
            "EPD",
        ]
    )  # fmt: skip


def _party(party: Party | None) -> list[str]:
    if party is None:
        return [""] * 7
    street, building = split_street(party.line1)
    return [
        "S", _text(party.name, NAME), _text(street, STREET), _text(building, BUILDING),
        _text(party.postcode, POSTCODE), _text(party.city, TOWN), party.country,
    ]  # fmt: skip


def split_street(line: str) -> tuple[str, str]:
    """``Bahnhofstrasse 12a`` → street and building number; a line that does not end so is all street."""
    found = _NUMBER_LAST.fullmatch(line.strip())
    return (found[1], found[2]) if found else (line.strip(), "")


def _text(text: str, length: int) -> str:
    return " ".join(_OUTSIDE.sub("?", " ".join(text.split())).split())[:length].strip()
