"""Money, dates and numbers as people read them, by locale (Babel); nothing here rounds or knows a request."""

from copy import copy
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import NumberPattern, get_currency_symbol

from invoicing_site.money import minor_unit

# A bare "en" means American dates in CLDR; the house writes British.
_HOUSE_LOCALES = {"en": "en_GB"}


@lru_cache(maxsize=64)
def babel_locale(tag: str) -> Locale:
    """The CLDR locale for a language tag (`de`, `en-us`, `pt_BR`); an unknown one reads as English."""
    tag = _HOUSE_LOCALES.get(tag, tag)
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache(maxsize=256)
def _pattern(tag: str, kind: str, least: int, most: int) -> NumberPattern:
    locale = babel_locale(tag)
    patterns = {"currency": locale.currency_formats["standard"], "decimal": locale.decimal_formats[None]}
    pattern: NumberPattern = copy(patterns[kind] if kind != "percent" else locale.percent_formats[None])
    pattern.frac_prec = (least, most)
    return pattern


def _decimals(value: Decimal) -> int:
    """How many decimals carry a digit; trailing zeros of the database's scale do not."""
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return max(0, -int(value.normalize().as_tuple().exponent))


def format_money(amount: Decimal, currency: str, locale: str) -> str:
    """`1.234,56 €` (de), `€1,234.56` (en): `amount` in units of the ISO `currency`, at least its minor unit.

    Further digits are shown, never rounded away, so a unit price of 0.012345 stays itself. ValueError if not finite.
    """
    least = minor_unit(currency)
    pattern = _pattern(locale, "currency", least, max(least, _decimals(amount)))
    text: str = pattern.apply(amount, babel_locale(locale), currency=currency, currency_digits=False)
    symbol = get_currency_symbol(currency, babel_locale(locale))
    if symbol[-1].isalpha() and text.partition(symbol)[2][:1].isdigit():
        # CLDR's currencySpacing rule, which Babel leaves out: KWD 1.500, not KWD1.500.
        text = text.replace(symbol, f"{symbol}\N{NO-BREAK SPACE}", 1)
    return text


def format_amount(amount: Decimal, currency: str, locale: str) -> str:
    """As `format_money` without the symbol, for a column whose head names the currency."""
    least = minor_unit(currency)
    text: str = _pattern(locale, "decimal", least, max(least, _decimals(amount))).apply(amount, babel_locale(locale))
    return text


def format_number(number: Decimal | int, locale: str) -> str:
    """A quantity or count with every digit it has: `1.234,5` (de)."""
    value = Decimal(number)
    text: str = _pattern(locale, "decimal", 0, _decimals(value)).apply(value, babel_locale(locale))
    return text


def format_percent(points: Decimal | int, locale: str) -> str:
    """`19 %` (de), `19%` (en) from percentage points, not from a fraction."""
    value = Decimal(points).scaleb(-2)
    most = max(0, _decimals(value) - 2)
    text: str = _pattern(locale, "percent", 0, most).apply(value, babel_locale(locale))
    return text


def format_day(day: date, locale: str) -> str:
    """`20.11.2026` (de), `20 Nov 2026` (en). The date is taken as it stands: business dates have no zone."""
    return format_date(day, format="medium", locale=babel_locale(locale))


def format_month(day: date, locale: str) -> str:
    """`Nov 2026`; the day of the month is ignored."""
    return format_date(day, format=babel_locale(locale).datetime_skeletons["yMMM"].pattern, locale=babel_locale(locale))


def format_moment(moment: datetime, tz: tzinfo, locale: str) -> str:
    """`20 Nov 2026, 14:05` in the zone `tz`. ValueError for a moment without a zone: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local, language = moment.astimezone(tz), babel_locale(locale)
    day = format_date(local.date(), format="medium", locale=language)
    clock = format_time(local.timetz(), format="short", locale=language)
    joined = str(get_datetime_format("medium", locale=language)).replace("'", "")
    return joined.replace("{0}", clock).replace("{1}", day)
