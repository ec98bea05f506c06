"""Reading what is typed into one cell of the editor: numbers, dates, units. Quick, for lines by the thousand."""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from billing.documents.units import UNITS
from invoicing_site.formats import babel_locale
from invoicing_site.forms import DecimalField

# Beyond these a year is a slip of the finger, and due dates would leave the calendar.
YEARS = range(1990, 2100)
_STRICT = DecimalField(required=False)


class Unreadable(ValueError):
    """Holds the sentence to show at the cell."""


def text(value: str) -> str:
    """As stored: no space around it, one kind of line end, and without the NUL no column can hold."""
    return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


@lru_cache(maxsize=8)
def _separator(language: str) -> str:
    return str(babel_locale(language).number_symbols["latn"]["decimal"])


@lru_cache(maxsize=8)
def _plain(language: str) -> re.Pattern[str]:
    return re.compile(rf"-?[0-9]{{1,15}}(?:{re.escape(_separator(language))}[0-9]{{1,12}})?")


def decimal(value: str, language: str) -> Decimal:
    """The number `value` states with the separators of `language`. Raises Unreadable for what could mean two numbers."""
    if _plain(language).fullmatch(value):
        # What nearly everybody types: no thousands separators, so nothing to be strict about.
        return Decimal(value.replace(_separator(language), "."))
    try:
        found = _STRICT.to_python(value)
    except ValidationError as refusal:
        raise Unreadable(str(refusal.messages[0])) from None
    if found is None:
        raise Unreadable(_("Enter a number."))
    return found


def percent(value: str, language: str) -> Decimal:
    """As `decimal`; the sign may stand behind it."""
    return decimal(value.removesuffix("%").rstrip(), language)


def whole(value: str) -> int:
    """A count of days. Raises Unreadable."""
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise Unreadable(_("Enter a whole number of days."))
    return int(value)


def written(number: Decimal | None, language: str, least: int = 0) -> str:
    """A number as `decimal` reads it back, without zeros beyond `least` decimals; nothing for None."""
    if number is None:
        return ""
    plain = number.normalize() + 0
    if -int(plain.as_tuple().exponent) < least:
        plain = plain.quantize(Decimal(1).scaleb(-least))
    return format(plain, "f").replace(".", _separator(language))


def date(value: str) -> dt.date:
    """A date as browsers send it. Raises Unreadable."""
    try:
        found = dt.date.fromisoformat(value)
    except ValueError:
        raise Unreadable(_("Enter a date as year-month-day.")) from None
    if found.year not in YEARS:
        raise Unreadable(_("Check the year."))
    return found


@lru_cache(maxsize=8)
def _units(language: str) -> dict[str, str]:
    """Code by whatever a person may write for it; where two units share a name, the first one has it."""
    names = UNITS.get(language.partition("-")[0], UNITS["en"])
    found = {code.casefold(): code for code in names}
    for code, (one, many) in names.items():
        for name in (one, many):
            found.setdefault(name.casefold(), code)
    return found


def unit(value: str, language: str) -> str:
    """The UN/ECE code of a unit by its code or name; a bare count when nothing is written. Raises Unreadable."""
    try:
        return _units(language)[value.casefold()]
    except KeyError:
        raise Unreadable(_("Choose a unit from the list.")) from None


@lru_cache(maxsize=256)
def unit_written(code: str, language: str) -> str:
    """The name `unit` reads back as `code`; the code itself where another unit has that name."""
    names = UNITS.get(language.partition("-")[0], UNITS["en"]).get(code, (code, code))
    return names[1] if _units(language).get(names[1].casefold()) == code else code


def units_offered(language: str) -> list[str]:
    """Names for the list of suggestions, each once."""
    codes = UNITS.get(language.partition("-")[0], UNITS["en"])
    return list(dict.fromkeys(name for code in codes if (name := unit_written(code, language))))
