"""Tax ids, checked offline by their check digits with python-stdnum (SPEC A6). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.us import ein as us_ein

from invoicing_site.errors import BusinessError

# What a person may mistype: an example with right check digits goes into the sentence.
EXAMPLES = {
    "VAT": "DE136695976",
    "EIN": "91-1144442",
    "ABN": "83 914 571 673",
    "BN": "12302 6635 RC0001",
    "GSTIN": "27AAPFU0939F1ZV",
    "CERT": "ST-120 4711",
    "TAX": "30/115/50321",
}
_FREE = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]{1,28}[0-9A-Za-z]", re.ASCII)


def normalise(scheme: str, value: str, field: str | None = None, label: object = "") -> str:
    """The canonical spelling of a tax id: no spaces or dots, upper case, VAT ids with their country.

    `scheme` is a key of EXAMPLES: VAT (EU, Northern Ireland, Great Britain, Switzerland, Norway and where else stdnum
    knows one), EIN, ABN, BN, GSTIN, TAX for a national number without a public check, or CERT for a certificate of exemption. Raises client.tax_id at
    `field`, naming `label`.
    """
    try:
        return _CHECKS[scheme](value.strip())
    except (ValueError, KeyError):
        raise BusinessError(
            "client.tax_id", field, scheme=label or scheme, example=EXAMPLES.get(scheme, EXAMPLES["TAX"])
        ) from None


def _vat(value: str) -> str:
    plain = re.sub(r"[\s./-]", "", value).upper()
    country = plain[:2].lower()
    if country in eu_vat.MEMBER_STATES or country == "el":
        checked = eu_vat.validate(plain)
        return "EL" + checked[2:] if checked.startswith("GR") else checked  # the tax offices write EL, ISO writes GR
    if country in ("ch", "li") or plain.startswith("CHE"):
        return _swiss(plain)
    if country == "no":
        return "NO" + _module("no", "mva").validate(plain[2:])  # type: ignore[no-any-return]
    module = get_cc_module(country, "vat") if plain[:2].isalpha() and plain.isascii() else None
    if module is None:
        raise ValidationError
    return plain[:2] + module.validate(plain[2:]).removeprefix(plain[:2])


def _swiss(plain: str) -> str:
    if len(plain) == 12:
        return _module("ch", "uid").validate(plain)  # type: ignore[no-any-return]
    return _module("ch", "vat").validate(plain)  # type: ignore[no-any-return]


def _module(country: str, name: str) -> Any:
    return get_cc_module(country, name)


def _by(country: str, name: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        return str(_module(country, name).validate(value)).upper()

    return check


def _free(value: str) -> str:
    plain = " ".join(value.split())
    if not _FREE.fullmatch(plain):
        raise ValidationError
    return plain


_CHECKS: dict[str, Callable[[str], str]] = {
    "VAT": _vat,
    "EIN": lambda value: str(us_ein.format(us_ein.validate(value))),  # the IRS writes it 12-3456789
    "ABN": _by("au", "abn"),
    "BN": _by("ca", "bn"),
    "GSTIN": _by("in_", "gstin"),
    "CERT": _free,
    "TAX": _free,
}
