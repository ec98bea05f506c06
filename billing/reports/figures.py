"""A document's figures as the office reads them: what the totals panel of the editor shows."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from billing.models import ExchangeRate
from billing.reports.rates import is_stale
from billing.rules.draft import Draft
from billing.rules.totals import Totals
from invoicing_site.errors import BusinessError
from invoicing_site.formats import format_amount, format_day, format_money, format_number, format_percent
from invoicing_site.messages import sentence
from invoicing_site.models import Company
from invoicing_site.money import convert


class Figure(NamedTuple):
    """`path` is where billing.rules.explain tells how the amount came about."""

    label: str
    amount: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """`before` leads to the total, `within` is contained in it, `after` leads on to what is to pay, where that is
    another amount; `base` repeats the total in the company's currency.
    """

    before: tuple[Figure, ...]
    total: str
    within: tuple[Figure, ...]
    after: tuple[Figure, ...]
    payable: str
    base: str
    warning: str


def figures_of(company: Company, draft: Draft, totals: Totals, today: dt.date, language: str) -> Figures:
    """The panel for `draft` as counted on `today` (company's zone). One query where the currency is a foreign one."""
    currency = draft.currency

    def amount(value: Decimal) -> str:
        return format_amount(value, currency, language)

    before = []
    if totals.allowances or draft.prices_include_tax:
        before.append(Figure(_("Lines"), amount(totals.lines_amount), "lines"))
    typed = [item for item in draft.allowances if item.percent is not None or item.amount is not None]
    for place, (item, counted) in enumerate(zip(typed, totals.allowances, strict=True), start=1):
        label = item.description or (_("Charge") if item.is_charge else _("Discount"))
        if item.percent is not None:
            label = f"{label} ({format_percent(item.percent, language)})"
        figure = amount(counted.amount if item.is_charge else -counted.amount)
        before.append(Figure(label, figure, f"allowances/{place}"))
    taxes = [
        Figure(
            _("%(tax)s on %(base)s") % {"tax": part.name, "base": amount(part.base)}, amount(part.amount), f"tax/{at}"
        )
        for at, part in enumerate(totals.tax_totals, start=1)
        if part.name
    ]
    net = Figure(_("Net"), amount(totals.net), "net")
    if not draft.prices_include_tax:
        before += [net, *taxes]
    within = (net, *taxes) if draft.prices_include_tax else ()
    after = []
    if totals.prepaid:
        after.append(Figure(_("Already invoiced"), amount(-totals.prepaid), "prepaid"))
    if totals.withheld:
        after.append(Figure(_("Tax withheld"), amount(-totals.withheld), "withheld"))
    if totals.rounding:
        after.append(Figure(_("Rounding"), amount(totals.rounding), "rounding"))
    return Figures(
        tuple(before),
        format_money(totals.total, currency, language),
        within,
        tuple(after),
        format_money(totals.payable, currency, language),
        *_exchanged(company, draft, totals, today, language),
    )


def _exchanged(company: Company, draft: Draft, totals: Totals, today: dt.date, language: str) -> tuple[str, str]:
    if draft.currency == company.currency:
        return "", ""
    day = draft.issue_date or today
    rate = ExchangeRate.objects.for_company(company).latest_for(draft.currency, day)
    if rate is None:
        words = {"currency": draft.currency, "day": format_day(day, language)}
        return "", _(
            "There is no exchange rate for %(currency)s on or before %(day)s. The draft can be saved; before it is "
            "issued, enter a rate under Settings, Exchange rates."
        ) % words
    old: dict[str, Any] = {"currency": draft.currency, "day": rate.rate_date, "age": (day - rate.rate_date).days}
    warning = sentence(BusinessError("document.old_rate", **old)) if is_stale(rate.rate_date, day) else ""
    return _("%(total)s at %(rate)s (%(source)s, %(day)s)") % {
        "total": format_money(convert(totals.total, rate.rate, company.currency), company.currency, language),
        "rate": format_number(rate.rate, language),
        "source": rate.source,
        "day": format_day(rate.rate_date, language),
    }, warning
