"""How the amounts of a document's lines came about. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from billing.rules.discounts import Bill, weights_of
from billing.rules.lines import HUNDRED
from billing.rules.steps import NUMBER, PERCENT, PRODUCT, RATE, SHARE, SUM, Step, derived, portion, rounded
from billing.rules.taxes import Group, Key, Tax, effective_rates
from billing.rules.totals import DocumentInput, Totals, groups_of
from invoicing_site.money import ZERO, quantum


class Exchange(NamedTuple):
    """The company's `currency` and its units for one of the document's."""

    currency: str
    rate: Decimal


class EarlyTerms(NamedTuple):
    """The discount for early payment, in percent and as an amount."""

    percent: Decimal
    discount: Decimal


class LineSteps:
    """Places count from 0 here, in paths from 1."""

    def __init__(
        self,
        document: DocumentInput,
        totals: Totals,
        exchange: Exchange | None = None,
        early: EarlyTerms | None = None,
    ) -> None:
        self.document, self.totals, self.exchange, self.early = document, totals, exchange, early
        self.gross, self.by_line = document.prices_include_tax, document.tax_rounding == "line"
        self.unit = quantum(document.currency)
        self.groups = groups_of(document, [row.amount for row in totals.lines])
        self.group_of: dict[int, Group] = {index: group for group in self.groups for index in group.lines}
        self.taxes = sorted({tax.key: tax for group in self.groups for tax in group.taxes}.items())

    # A line: quantity × price − discount − its share of the document's discounts (− tax, where prices include it)

    def line_gross(self, at: int) -> Step:
        line = self.document.lines[at]
        quantity = Step("line.quantity", line.quantity, kind=NUMBER)
        price = Step("line.price", line.unit_price)
        return rounded(derived("line.gross", PRODUCT, quantity, price, at=(at,)), self.totals.lines[at].gross)

    def line_discount(self, at: int) -> Step:
        line, row = self.document.lines[at], self.totals.lines[at]
        if not line.discount_percent:
            return Step("line.discount", row.discount, at=(at,))
        percent = Step("line.percent", line.discount_percent, kind=RATE)
        return rounded(
            derived("line.discount", PERCENT, self._quote("line.gross", at), percent, at=(at,)), row.discount
        )

    def line_amount(self, at: int) -> Step:
        if not self.totals.lines[at].discount:
            return replace(self.line_gross(at), what="line.amount")
        less = self._quote("line.discount", at, sign=-1)
        return derived("line.amount", SUM, self.line_gross(at), less, at=(at,))

    def line_share(self, at: int) -> Step:
        parts = (steps[at] for steps in self._borne)
        return replace(derived("line.share", SUM, *parts, at=(at,)), value=self.totals.lines[at].allowance_share)

    def line_left(self, at: int) -> Step:
        parts = [self._quote("line.amount", at)]
        if self.totals.lines[at].allowance_share:
            parts.append(self._quote("line.share", at, sign=-1))
        return derived("line.left", SUM, *parts, at=(at,))

    def line_net(self, at: int) -> Step:
        left = self.line_left(at)
        if not self.gross:
            return replace(left, what="line.net")
        taxes = [
            Step("line.tax", -part.amount, at=(at, self._tax(at, place)), path=f"lines/{at + 1}/tax/{place + 1}")
            for place, part in enumerate(self.totals.lines[at].taxes)
        ]
        return derived("line.net", SUM, *left.parts, *taxes, at=(at,))

    def line_tax(self, at: int, place: int) -> Step:
        part, number = self.totals.lines[at].taxes[place], self._tax(at, place)
        tax, taxes = self.taxes[number][1], self.group_of[at].taxes
        if self.gross:
            exact = self._inside("line.tax", self.line_left(at), tax, taxes, (at, number))
        else:
            base = self._quote("line.net", at)
            if tax.compound:
                base = derived("line.base", SUM, base, Step("tax.below", part.base - base.value), at=(at,))
            exact = derived("line.tax", PERCENT, base, self._rate(number), at=(at, number))
        alone = self.by_line and (len(taxes) == 1 or not self.gross)
        return rounded(exact, part.amount, "rounding" if alone else "odd")

    @cached_property
    def _borne(self) -> list[dict[int, Step]]:
        """What each line bears of every discount (of a charge with a minus), by spreading them once more."""
        amounts = [row.amount for row in self.totals.lines]
        bill = Bill(self.groups, amounts, self.document.currency)
        found = []
        for number, item in enumerate(self.totals.allowances):
            left, sums_left, sign = list(bill.left), list(bill.sums_left), -1 if item.is_charge else 1
            shares = bill.spread(item.amount, item.percent, sign)
            whole = Step("allowance", sign * item.amount, at=(number,), path=f"allowances/{number + 1}")
            steps: dict[int, Step] = {}
            for place, group in enumerate(self.groups):
                if len(self.groups) > 1 and item.percent is None:
                    exact = portion("group", whole, weights_of(bill.sums, sums_left), place, (number,))
                    of_group = rounded(exact, sign * shares[place], "odd")
                else:
                    of_group = whole
                weights = weights_of([amounts[at] for at in group.lines], [left[at] for at in group.lines])
                for within, at in enumerate(group.lines):
                    if item.percent is None:
                        exact = portion("line.borne", of_group, weights, within, (at, number))
                    else:
                        percent = Step("allowance.percent", sign * item.percent, kind=RATE)
                        amount = self._quote("line.amount", at)
                        exact = derived("line.borne", PERCENT, amount, percent, at=(at, number))
                    steps[at] = rounded(exact, left[at] - bill.left[at], "odd")
            found.append(steps)
        return found

    # Quotations: figures that are explained under a path of their own

    def _quote(self, what: str, at: int, sign: int = 1) -> Step:
        name = what.removeprefix("line.")
        value: Decimal = getattr(self.totals.lines[at], "allowance_share" if name == "share" else name)
        return Step(what, sign * value + ZERO, at=(at,), path=f"lines/{at + 1}/{name}")

    def _sum(self, name: str, sign: int = 1) -> Step:
        value: Decimal = getattr(self.totals, "lines_amount" if name == "lines" else name)
        return Step(name, sign * value + ZERO, path=name)

    def _quoted_tax(self, at: int) -> Step:
        return Step("tax.of", self.totals.tax_totals[at].amount, at=(at,), path=f"tax/{at + 1}")

    def _line_part(self, index: int, number: int) -> Step:
        taxes = self.totals.lines[index].taxes
        place = next(place for place in range(len(taxes)) if self._tax(index, place) == number)
        return Step("line.tax", taxes[place].amount, at=(index, number), path=f"lines/{index + 1}/tax/{place + 1}")

    def _tax(self, index: int, place: int) -> int:
        """Which of the document's taxes the one at `place` on a line is: an ordinary one before its compound namesake."""
        own = {tax.key for tax in self.group_of[index].taxes}
        names = [(part.code, part.category, part.rate) for part in self.totals.lines[index].taxes[: place + 1]]
        found = [
            number
            for number, (key, tax) in enumerate(self.taxes)
            if key in own and (tax.code, tax.category, tax.rate) == names[-1]
        ]
        return found[names.count(names[-1]) - 1]

    def _carriers(self, key: Key) -> list[Group]:
        return [group for group in self.groups if any(tax.key == key for tax in group.taxes)]

    def _rate(self, number: int) -> Step:
        return Step("tax.rate", self.taxes[number][1].rate, at=(number,), kind=RATE)

    def _inside(self, what: str, whole: Step, tax: Tax, taxes: tuple[Tax, ...], at: tuple[int, ...]) -> Step:
        """The tax in a sum that contains all of `taxes`: sum × its rate ÷ (100 + all rates)."""
        rates = effective_rates(taxes)
        rate = self._rate(at[-1])
        ordinary = sum((other.rate for other in taxes if not other.compound), ZERO)
        if tax.compound and ordinary:
            rate = derived("tax.effective", PERCENT, rate, Step("with.taxes", HUNDRED + ordinary, kind=RATE), kind=RATE)
        return derived(what, SHARE, whole, rate, Step("with.taxes", HUNDRED + sum(rates, ZERO), kind=RATE), at=at)
