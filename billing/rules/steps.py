"""The steps a figure is explained by. Pure.

What a rounding took or the odd cent of a division gave is a step of its own, never hidden in another, so that the
figures people see can be added up by hand and come out exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from billing.rules.lines import PER_CENT
from invoicing_site.money import EXACT, ZERO

GIVEN, SUM, PRODUCT, PERCENT, SHARE = "given", "sum", "product", "percent", "share"
MONEY, BASE, NUMBER, RATE = "money", "base", "number", "rate"
# A quotient is stated with so many digits; what those lack is in the rounding beside it.
DIGITS = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Step:
    """`value` follows from `parts` by `how`: their sum, a × b, a × b %, or a × b ÷ c; a given one has none.

    `what` names the figure, `at` the places (from 0) of the line, tax or discount it belongs to. `path` is where a
    figure that is only quoted here is explained. `kind` is how it is written: an amount in the document's currency or in
    the base currency, a number, or a percentage.
    """

    what: str
    value: Decimal
    how: str = GIVEN
    parts: tuple[Step, ...] = ()
    at: tuple[int, ...] = ()
    path: str = ""
    kind: str = MONEY


def recombine(step: Step) -> Decimal:
    """The value of `step` from the values of its parts alone."""
    values = [part.value for part in step.parts]
    with localcontext(EXACT):
        if step.how == SUM:
            return sum(values, ZERO)
        if step.how == PRODUCT:
            return values[0] * values[1]
        if step.how == PERCENT:
            return values[0] * values[1] * PER_CENT
        if step.how == SHARE:
            return (values[0] * values[1] / values[2]).quantize(DIGITS, ROUND_HALF_UP)
    return step.value


def derived(what: str, how: str, *parts: Step, at: tuple[int, ...] = (), kind: str = MONEY) -> Step:
    """The step that `parts` give by `how`."""
    step = Step(what, ZERO, how, parts, at, kind=kind)
    return replace(step, value=recombine(step))


def rounded(exact: Step, value: Decimal, odd: str = "rounding") -> Step:
    """`exact` as the `value` it was rounded to, with what that took or gave; `odd` says which kind of rounding."""
    if exact.value == value:
        return replace(exact, value=value)
    parts = replace(exact, what="exact"), Step(odd, EXACT.subtract(value, exact.value), kind=exact.kind)
    return replace(exact, value=value, how=SUM, parts=parts)


def portion(what: str, total: Step, weights: Sequence[Decimal], place: int, at: tuple[int, ...] = ()) -> Step:
    """The exact share of the weight at `place` in `total`; equal shares where all weights are 0."""
    if not any(weights):
        weights = [Decimal(1)] * len(weights)
    weight, whole = Step("weight", weights[place]), Step("weights", sum(weights, ZERO))
    return derived(what, SHARE, total, weight, whole, at=at)
