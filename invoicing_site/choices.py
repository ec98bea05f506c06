"""What menus offer: currencies, countries, languages and time zones, named in the active language (Babel)."""

import re
from functools import lru_cache
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import get_language, gettext

from invoicing_site.formats import babel_locale
from invoicing_site.money import CURRENCIES, NO_MINOR_UNIT
from invoicing_site.rules.text import fold

Choices = list[tuple[str, str]]

# CLDR names regions that are no countries of an address: unions, outlying islands, pseudo-locales.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
COUNTRIES = (
    frozenset(code for code in map(str, babel_locale("en").territories) if re.fullmatch("[A-Z]{2}", code))
    - _NO_COUNTRIES
)
# Not Etc/GMT+5, whose sign is the wrong way round, nor EST: an address lies in a place.
ZONES = frozenset(zone for zone in available_timezones() if re.match("(?!Etc|posix|right|System)[A-Z]\\w+/", zone)) | {
    "UTC"
}


def currencies() -> Choices:
    """`EUR – Euro`, by code: ISO 4217 without metals and test codes."""
    return _currencies(get_language() or "en")


def countries() -> Choices:
    """ISO 3166 codes with their names, in the order of the names."""
    return [("", gettext("Choose a country")), *_countries(get_language() or "en")]


def languages() -> Choices:
    """The languages of the site, in which a company may speak by default."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


def document_languages() -> Choices:
    """The languages documents are written in."""
    return [(code, str(name)) for code, name in settings.DOCUMENT_LANGUAGES]


def time_zones() -> Choices:
    """IANA zones by name."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(ZONES)]


def country_name(code: str) -> str:
    """The name of an ISO 3166 code in the active language; an unknown code as it is."""
    return str(babel_locale(get_language() or "en").territories.get(code, code))


@lru_cache(maxsize=8)
def _currencies(language: str) -> Choices:
    names = babel_locale(language).currencies
    return [(code, f"{code} – {names.get(code, code)}") for code in sorted(CURRENCIES - NO_MINOR_UNIT)]


@lru_cache(maxsize=8)
def _countries(language: str) -> Choices:
    names = babel_locale(language).territories
    return sorted(((code, str(names[code])) for code in COUNTRIES), key=lambda pair: fold(pair[1]))
