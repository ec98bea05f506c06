"""Explain this number: how every amount of a document came about, as a small tree of steps. Pure.

Nothing is counted a second time here: the figures are those of `compute`, the steps say where they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from billing.rules.explain_lines import EarlyTerms, Exchange, LineSteps
from billing.rules.steps import BASE, GIVEN, NUMBER, PERCENT, PRODUCT, RATE, SUM, Step, derived, rounded
from invoicing_site.money import EXACT, ZERO, convert

__all__ = ["PATHS", "EarlyTerms", "Exchange", "Explanation"]


class Explanation(LineSteps):
    """The amounts of a counted document by path: ``total``, ``tax/1``, ``lines/3/amount``; places count from 1."""

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

    # The document's discounts and charges

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

    def lines(self) -> Step:
        parts = (self._quote("line.amount", at) for at in range(len(self.totals.lines)))
        return replace(derived("lines", SUM, *parts), value=self.totals.lines_amount)

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

    def _short_tax(self, at: int) -> Step:
        return self._quoted_tax(at) if self.by_line else self.tax_of(at)

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
            quoted = replace(whole, how=GIVEN, parts=(), path=f"tax/{at + 1}/gross/{number + 1}")
            exact = self._inside("tax.of", quoted, tax, group.taxes, (at,))
            value = sum((self._line_part(index, at).value for index in group.lines), ZERO)
            steps.append(rounded(exact, value, "rounding" if len(group.taxes) == 1 else "odd"))
        return steps[0] if len(steps) == 1 else derived("tax.of", SUM, *steps, at=(at,))

    def tax_gross(self, at: int, number: int) -> Step:
        """What the lines of one composition of taxes come to, tax included."""
        group = self._carriers(self.taxes[at][0])[number]
        parts = (
            replace(self.line_left(index), how=GIVEN, parts=(), path=f"lines/{index + 1}/left") for index in group.lines
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


def _is_place(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 7 and int(name) > 0


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
