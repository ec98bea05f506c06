"""How one document speaks: its words, and its money, dates and numbers as strings. Formatted, never counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self, cast

from babel import Locale

from billing.documents.texts import Texts, texts_for
from billing.documents.units import unit_name
from invoicing_site import formats
from invoicing_site.formats import babel_locale


def negative(amount: str) -> str:
    """The amount with its sign turned, as a deduction is printed; a returned line's discount is a plus."""
    return amount[1:] if amount.startswith("-") else f"-{amount}"


@dataclass(frozen=True, slots=True)
class Wording:
    """The language of a document, its words, and the locale of its figures (`en_US` for a seller in New York)."""

    language: str
    texts: Texts
    locale: str
    currency: str

    @classmethod
    def of(cls, language: str, seller_country: str, currency: str, own: Mapping[str, str] | None = None) -> Self:
        """`language` as a tag (`de`, `en-GB`); `currency` as ISO 4217. Languages without words get English. `own` are the
        company's words for some heads and labels (billing.rules.layout.WORDS)."""
        spoken, texts = texts_for(language)
        if own:
            # The head of the amounts names the currency, whatever the company calls them.
            named = {key: f"{word} {{}}" if key == "amount" else word for key, word in own.items()}
            texts = cast(Texts, {**texts, **named})
        return cls(spoken, texts, texts["locale_by_country"].get(seller_country, texts["locale"]), currency)

    @property
    def direction(self) -> str:
        return "rtl" if self._babel.character_order == "right-to-left" else "ltr"

    def money(self, amount: str, currency: str | None = None) -> str:
        """With its symbol: `€1,190.00`. In the document's currency unless another is named."""
        return formats.format_money(Decimal(amount), currency or self.currency, self.locale)

    def amount(self, amount: str) -> str:
        """Without: the head of the column names the currency."""
        return formats.format_amount(Decimal(amount), self.currency, self.locale)

    def number(self, number: str) -> str:
        return formats.format_number(Decimal(number), self.locale)

    def percent(self, points: str) -> str:
        return formats.format_percent(Decimal(points), self.locale)

    def day(self, day: str) -> str:
        """From an ISO date, as it stands: business dates have no zone."""
        return formats.format_day(date.fromisoformat(day), self.locale)

    def days(self, first: str | None, last: str | None) -> str:
        """`1 Nov 2026 – 30 Nov 2026`, or the one day there is; empty for none."""
        both = [day for day in (first, last) if day]
        return " – ".join(self.day(day) for day in dict.fromkeys(both))

    def quantity(self, quantity: str, unit: str) -> str:
        """`2.5 hours`, joined by a space that does not break."""
        name = unit_name(unit, Decimal(quantity), self.language)
        return f"{self.number(quantity)}\N{NO-BREAK SPACE}{name}".rstrip()

    def country(self, code: str) -> str:
        """The country's name in the document's language, in capitals as the post wants it on a letter abroad."""
        return str(self._babel.territories.get(code, code)).upper()

    @property
    def _babel(self) -> Locale:
        return babel_locale(self.locale)
