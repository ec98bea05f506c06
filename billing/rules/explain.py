"""Explain this number: how every amount of a document came about, as a small tree of steps. Pure.

Nothing is counted a second time here: the figures are those of `compute`, the steps say where they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from typing import Any, NamedTuple

from billing.rules.discounts import Bill, weights_of
from billing.rules.lines import HUNDRED
from billing.rules.steps import BASE, NUMBER, PERCENT, PRODUCT, RATE, SHARE, SUM, Step, derived, portion, rounded
from billing.rules.taxes import Group, Tax, effective_rates
from billing.rules.totals import DocumentInput, Totals, groups_of
from invoicing_site.money import EXACT, ZERO, convert, quantum


class Exchange(NamedTuple):
    """The company's `currency` and its units for one of the document's."""

    currency: str
    rate: Decimal


class EarlyTerms(NamedTuple):
    """The discount for early payment, in percent and as an amount."""

    percent: Decimal
    discount: Decimal


class Explanation:
    """The amounts of a counted document by path: ``total``, ``tax/1``, ``lines/3/amount``; places count from 1."""

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

    def of(self, path: str) -> Step | None:
        """The tree of the amount at `path`; None where the document has no such amount."""
        names = path.split("/")
        places = [int(name) - 1 for name in names if _is_place(name)]
        found = PATHS.get("/".join("#" if _is_place(name) else name for name in names))
        if found is None:
            return None
        try:
            with localcontext(EXACT):
                return found(self, *places)
        except IndexError:
            return None

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

    # The document's discounts and charges

    def lines(self) -> Step:
        parts = (self._quote("line.amount", at) for at in range(len(self.totals.lines)))
        return replace(derived("lines", SUM, *parts), value=self.totals.lines_amount)

    def allowance(self, at: int) -> Step:
        item = self.totals.allowances[at]
        what = "charge" if item.is_charge else "discount"
        if item.percent is None:
            return Step(what, item.amount, at=(at,))
        percent = Step("allowance.percent", item.percent, kind=RATE)
        exact = derived(what, PERCENT, self._sum("lines"), percent, at=(at,))
        nearest = exact.value.quantize(self.unit, ROUND_HALF_UP) + ZERO
        if nearest == item.amount:
            return rounded(exact, nearest)
        # Discounts that are 100 % together only take what is there.
        return derived(what, SUM, rounded(exact, nearest), Step("limit", item.amount - nearest), at=(at,))

    def discounts(self) -> Step:
        return self._allowances("discounts", "discount", self.totals.discounts, charges=False)

    def charges(self) -> Step:
        return self._allowances("charges", "charge", self.totals.charges, charges=True)

    def _allowances(self, what: str, one: str, value: Decimal, *, charges: bool) -> Step:
        parts = (
            Step(one, item.amount, at=(at,), path=f"allowances/{at + 1}")
            for at, item in enumerate(self.totals.allowances)
            if item.is_charge == charges
        )
        return replace(derived(what, SUM, *parts), value=value)

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

    # Net, tax, total

    def net(self) -> Step:
        if self.gross:
            return derived("net", SUM, self._sum("total"), self._sum("tax", sign=-1))
        return replace(self._after_allowances("net"), value=self.totals.net)

    def tax(self) -> Step:
        parts = (self._quoted_tax(at) for at in range(len(self.taxes)))
        return replace(derived("tax", SUM, *parts), value=self.totals.tax)

    def total(self) -> Step:
        if self.gross:
            return replace(self._after_allowances("total"), value=self.totals.total)
        return derived("total", SUM, self._sum("net"), *(self._short_tax(at) for at in range(len(self.taxes))))

    def _after_allowances(self, what: str) -> Step:
        if not self.totals.allowances:
            return replace(self.lines(), what=what)
        parts = [self._sum("lines")]
        if any(not item.is_charge for item in self.totals.allowances):
            parts.append(self._sum("discounts", sign=-1))
        if any(item.is_charge for item in self.totals.allowances):
            parts.append(self._sum("charges"))
        return derived(what, SUM, *parts)

    def tax_base(self, at: int) -> Step:
        key, tax = self.taxes[at]
        lines = sorted(index for group in self._carriers(key) for index in group.lines)
        nets = [self._quote("line.net", index) for index in lines]
        if tax.compound:
            below = self.totals.tax_totals[at].base - sum((step.value for step in nets), ZERO)
            nets.append(Step("tax.below", below))
        return derived("tax.base", SUM, *nets, at=(at,))

    def tax_of(self, at: int) -> Step:
        key, tax = self.taxes[at]
        amount = self.totals.tax_totals[at].amount
        if self.by_line:
            lines = sorted(index for group in self._carriers(key) for index in group.lines)
            return replace(
                derived("tax.of", SUM, *(self._line_part(index, at) for index in lines), at=(at,)), value=amount
            )
        if not self.gross:
            base = Step("tax.base", self.totals.tax_totals[at].base, at=(at,), path=f"tax/{at + 1}/base")
            return rounded(derived("tax.of", PERCENT, base, self._rate(at), at=(at,)), amount)
        steps = []
        for number, group in enumerate(self._carriers(key)):
            whole = self.tax_gross(at, number)
            quoted = replace(whole, how="given", parts=(), path=f"tax/{at + 1}/gross/{number + 1}")
            exact = self._inside("tax.of", quoted, tax, group.taxes, (at,))
            value = sum((self._line_part(index, at).value for index in group.lines), ZERO)
            steps.append(rounded(exact, value, "rounding" if len(group.taxes) == 1 else "odd"))
        return steps[0] if len(steps) == 1 else derived("tax.of", SUM, *steps, at=(at,))

    def tax_gross(self, at: int, number: int) -> Step:
        """What the lines of one composition of taxes come to, tax included."""
        group = self._carriers(self.taxes[at][0])[number]
        parts = (
            replace(self.line_left(index), how="given", parts=(), path=f"lines/{index + 1}/left")
            for index in group.lines
        )
        return derived("tax.gross", SUM, *parts, at=(at,))

    # From the total to what is to pay

    def withheld(self) -> Step:
        percent = Step("withholding", self.document.withholding_percent, kind=RATE)
        base = Step("net", max(self.totals.net, ZERO), path="net")
        return rounded(derived("withheld", PERCENT, base, percent), self.totals.withheld)

    def rounding(self) -> Step:
        due = Step("due", self.totals.payable - self.totals.rounding)
        if not self.document.cash_unit:
            return Step("cash", self.totals.rounding)
        coins = Step("coins", (self.totals.payable / self.document.cash_unit).normalize() + ZERO, kind=NUMBER)
        whole = derived("at.coin", PRODUCT, coins, Step("cash_unit", self.document.cash_unit))
        return derived("cash", SUM, whole, replace(due, value=-due.value))

    def payable(self) -> Step:
        parts = [self._sum("total")]
        parts += [self._sum(name, sign=-1) for name in ("prepaid", "withheld") if getattr(self.totals, name)]
        parts += [Step("cash", self.totals.rounding, path="rounding")] if self.totals.rounding else []
        return derived("payable", SUM, *parts)

    def prepaid(self) -> Step:
        return Step("prepaid", self.totals.prepaid)

    def early_discount(self) -> Step | None:
        if self.early is None:
            return None
        total = self._sum("total")
        if self.totals.prepaid:
            total = derived("without.deposits", SUM, total, self._sum("prepaid", sign=-1))
        percent = Step("early.percent", self.early.percent, kind=RATE)
        return rounded(derived("early.discount", PERCENT, total, percent), self.early.discount)

    def early_amount(self) -> Step | None:
        if self.early is None:
            return None
        less = Step("early.discount", -self.early.discount, path="early/discount")
        return derived("early.amount", SUM, self._sum("payable"), less)

    # In the company's currency

    def exchanged_net(self) -> Step | None:
        return self._exchanged("fx.net", self._sum("net"))

    def exchanged_total(self) -> Step | None:
        return self._exchanged("fx.total", self._sum("total"))

    def exchanged_tax(self) -> Step | None:
        parts = [self._exchanged("fx.tax.of", self._quoted_tax(at)) for at in range(len(self.taxes))]
        return derived("fx.tax", SUM, *(part for part in parts if part), kind=BASE) if self.exchange else None

    def _exchanged(self, what: str, amount: Step) -> Step | None:
        if self.exchange is None:
            return None
        currency, rate = self.exchange
        exact = derived(what, PRODUCT, amount, Step("fx.rate", rate, kind=NUMBER), at=amount.at, kind=BASE)
        return rounded(exact, convert(amount.value, rate, currency))

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

    def _short_tax(self, at: int) -> Step:
        return self._quoted_tax(at) if self.by_line else self.tax_of(at)

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

    def _carriers(self, key: Any) -> list[Group]:
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


def _is_place(name: str) -> bool:
    return name.isascii() and name.isdigit() and 0 < int(name) < 10**6


PATHS: dict[str, Callable[..., Step | None]] = {
    "lines/#/gross": Explanation.line_gross,
    "lines/#/discount": Explanation.line_discount,
    "lines/#/amount": Explanation.line_amount,
    "lines/#/share": Explanation.line_share,
    "lines/#/left": Explanation.line_left,
    "lines/#/net": Explanation.line_net,
    "lines/#/tax/#": Explanation.line_tax,
    "lines": Explanation.lines,
    "allowances/#": Explanation.allowance,
    "discounts": Explanation.discounts,
    "charges": Explanation.charges,
    "net": Explanation.net,
    "tax": Explanation.tax,
    "tax/#": Explanation.tax_of,
    "tax/#/base": Explanation.tax_base,
    "tax/#/gross/#": Explanation.tax_gross,
    "total": Explanation.total,
    "prepaid": Explanation.prepaid,
    "withheld": Explanation.withheld,
    "rounding": Explanation.rounding,
    "payable": Explanation.payable,
    "early/discount": Explanation.early_discount,
    "early/amount": Explanation.early_amount,
    "fx/net": Explanation.exchanged_net,
    "fx/tax": Explanation.exchanged_tax,
    "fx/total": Explanation.exchanged_total,
}
