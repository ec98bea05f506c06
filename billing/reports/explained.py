"""Explain this number, in words: the steps of billing.rules.explain as the office reads them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.documents.reread import reread
from billing.models import TaxRate
from billing.rules.draft import Draft
from billing.rules.explain import EarlyTerms, Exchange, Explanation
from billing.rules.steps import BASE, NUMBER, RATE, SUM, Step
from billing.rules.totals import DocumentInput, compute
from billing.states import Kind
from invoicing_site.formats import format_amount, format_day, format_money, format_number, format_percent
from invoicing_site.models import Company

LABELS: Mapping[str, Promise | str] = {
    "line.quantity": gettext_lazy("Quantity"),
    "line.price": gettext_lazy("Price"),
    "line.gross": gettext_lazy("Line %(line)s, quantity × price"),
    "line.percent": gettext_lazy("Discount on the line"),
    "line.discount": gettext_lazy("Line %(line)s, its discount"),
    "line.amount": gettext_lazy("Line %(line)s, %(text)s"),
    "line.share": gettext_lazy("Line %(line)s, its share of the document's discounts and charges"),
    "line.borne": gettext_lazy("Share of %(name)s"),
    "line.left": gettext_lazy("Line %(line)s, after the document's discounts and charges"),
    "line.net": gettext_lazy("Line %(line)s, without tax"),
    "line.base": gettext_lazy("Line %(line)s, what this tax is charged on"),
    "line.tax": gettext_lazy("Line %(line)s, %(tax)s"),
    "lines": gettext_lazy("Sum of the lines"),
    "discounts": gettext_lazy("Discounts"),
    "charges": gettext_lazy("Charges"),
    "discount": "%(name)s",
    "charge": "%(name)s",
    "allowance": "%(name)s",
    "allowance.percent": gettext_lazy("Percentage"),
    "group": gettext_lazy("Part that rests on the lines with the same taxes"),
    "weight": gettext_lazy("What it rests on here"),
    "weights": gettext_lazy("What it rests on altogether"),
    "limit": gettext_lazy("Limited to what earlier discounts leave"),
    "exact": gettext_lazy("Exact result"),
    "rounding": gettext_lazy("Rounding, half up to %(unit)s"),
    "odd": gettext_lazy("Rounding, so that all parts add up: the largest remainders go up"),
    "of.whole": gettext_lazy("Rounding, so that all notes together take what was billed"),
    "net": gettext_lazy("Net"),
    "tax": gettext_lazy("Tax"),
    "total": gettext_lazy("Total"),
    "tax.of": "%(tax)s",
    "tax.base": gettext_lazy("What %(tax)s is charged on"),
    "tax.below": gettext_lazy("Other taxes below this one"),
    "tax.gross": gettext_lazy("Lines that contain %(tax)s"),
    "tax.rate": gettext_lazy("Rate of %(tax)s%(since)s"),
    "tax.effective": gettext_lazy("Rate with the taxes below it"),
    "with.taxes": gettext_lazy("Price with its taxes, where the price alone is 100 %%"),
    "prepaid": gettext_lazy("Already invoiced by deposits"),
    "withholding": gettext_lazy("Part withheld"),
    "withheld": gettext_lazy("Tax withheld by the client"),
    "due": gettext_lazy("To pay before rounding"),
    "coins": gettext_lazy("Number of coins, to the nearest"),
    "cash_unit": gettext_lazy("Smallest coin"),
    "at.coin": gettext_lazy("To pay in whole coins"),
    "cash": gettext_lazy("Cash rounding"),
    "payable": gettext_lazy("To pay"),
    "without.deposits": gettext_lazy("Total without the deposits"),
    "early.percent": gettext_lazy("Discount for paying early"),
    "early.discount": gettext_lazy("Early-payment discount"),
    "early.amount": gettext_lazy("To pay early"),
    "fx.rate": gettext_lazy("Exchange rate%(source)s"),
    "fx.net": gettext_lazy("Net in %(base)s"),
    "fx.tax": gettext_lazy("Tax in %(base)s"),
    "fx.tax.of": gettext_lazy("%(tax)s in %(base)s"),
    "fx.total": gettext_lazy("Total in %(base)s"),
}
SIGNS = {"product": ("", "×"), "percent": ("", "×"), "share": ("", "×", "÷")}
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Told:
    """One step: `sign` joins it to the one before. `path` is where a quoted figure is explained itself."""

    label: str
    sign: str
    figure: str
    path: str
    parts: tuple["Told", ...]
    typed: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What a document's parts are called: lines and discounts in order, since when tax rates hold, whose rate fx is.

    `of_whole` says that figures were rounded from another document's, as those of a credit note are.
    """

    lines: Sequence[str]
    allowances: Sequence[str]
    since: Mapping[str, dt.date]
    source: str = ""
    of_whole: bool = False


def told_of_facts(company: Company, facts: Mapping[str, Any], path: str, language: str) -> Told | None:
    """The amount at `path` of a snapshot, or of a draft as it would be issued; None where it has none. One query."""
    fx, early = facts.get("fx"), facts.get("early")
    explanation = Explanation(
        *reread(facts),
        Exchange(fx["base_currency"], Decimal(fx["rate"])) if fx else None,
        EarlyTerms(Decimal(early["percent"]), Decimal(early["discount"])) if early else None,
    )
    source = f" ({fx['source']}, {format_day(dt.date.fromisoformat(fx['rate_date']), language)})" if fx else ""
    codes = {tax["code"]: Decimal(tax["rate"]) for tax in facts["tax_totals"]}
    names = Names(
        [line["description"] for line in facts["lines"]],
        [item["description"] for item in facts["allowances"]],
        _since(company, codes, dt.date.fromisoformat(facts["supply_to"])),
        source,
        of_whole=facts["kind"] == Kind.CREDIT_NOTE,
    )
    return _told(explanation, names, path, language)


def told_of_draft(
    company: Company, draft: Draft, document: DocumentInput, today: dt.date, path: str, language: str
) -> Told | None:
    """The same for what stands in the editor, counted as `document`. One query."""
    totals = compute(document)
    codes = {part.code: part.rate for part in totals.tax_totals}
    typed = [item for item in draft.allowances if item.percent is not None or item.amount is not None]
    names = Names(
        [line.description for line in draft.lines],
        [item.description for item in typed],
        _since(company, codes, draft.tax_point(today)),
    )
    return _told(Explanation(document, totals), names, path, language)


def _since(company: Company, codes: Mapping[str, Decimal], on: dt.date) -> dict[str, dt.date]:
    """Since when each of the rates `codes` had on that day was in force."""
    rows = (
        TaxRate.objects.for_company(company)
        .on(on)
        .filter(tax_code__code__in=codes)
        .values_list("tax_code__code", "rate", "valid_from")
    )
    return {code: valid_from for code, rate, valid_from in rows if rate == codes[code]}


def _told(explanation: Explanation, names: Names, path: str, language: str) -> Told | None:
    step = explanation.of(path)
    if step is None:
        return None
    return _Teller(explanation, names, language).tell(step, "", whole=True)


class _Teller:
    def __init__(self, explanation: Explanation, names: Names, language: str) -> None:
        self.explanation, self.names, self.language = explanation, names, language
        self.currency = explanation.document.currency
        self.base = explanation.exchange.currency if explanation.exchange else self.currency

    def tell(self, step: Step, sign: str, *, whole: bool = False) -> Told:
        signs = SIGNS.get(step.how, ())
        parts = []
        for place, part in enumerate(step.parts):
            added = "−" if part.value < 0 else "+" if place else ""
            parts.append(self.tell(part, added if step.how == SUM else signs[place]))
        value = abs(step.value) if sign == "−" else step.value
        typed = whole and not parts
        return Told(self._label(step), sign, self._figure(value, step.kind, whole), step.path, tuple(parts), typed)

    def _figure(self, value: Decimal, kind: str, whole: bool) -> str:
        if kind == RATE:
            return format_percent(value, self.language)
        if kind == NUMBER:
            return format_number(value, self.language)
        write = format_money if whole else format_amount
        return write(value, self.base if kind == BASE else self.currency, self.language)

    def _label(self, step: Step) -> str:
        words: dict[str, object] = {"base": self.base, "source": self.names.source}
        words["unit"] = format_number(self.explanation.unit, self.language)
        if step.what.startswith("line.") and step.at:
            text = self.names.lines[step.at[0]].strip().partition("\n")[0]
            words |= {"line": step.at[0] + 1, "text": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"}
        if step.what in ("discount", "charge", "allowance", "line.borne", "group") and step.at:
            place = step.at[-1]
            charge = self.explanation.document.allowances[place].is_charge
            words["name"] = self.names.allowances[place] or (_("Charge") if charge else _("Discount"))
        if "tax" in step.what and step.at:
            words |= self._tax_words(step.at[-1])
        whole = self.names.of_whole and step.what in ("rounding", "odd")
        return str(LABELS["of.whole" if whole else step.what]) % words

    def _tax_words(self, number: int) -> dict[str, object]:
        tax = self.explanation.taxes[number][1]
        since = self.names.since.get(tax.code)
        valid = _(", valid from %(day)s") % {"day": format_day(since, self.language)} if since else ""
        return {"tax": tax.name or _("no tax"), "since": valid}
