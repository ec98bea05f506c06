"""The figures of a credit note (SPEC B10, docs/adr/0018). Pure.

Nothing is counted from rates: each tax is taken by its position among what was billed, rounded from the whole, so any
sequence of notes sums to the document to the cent, and none takes more than what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from billing.rules.credit import Original
from billing.rules.draft import Draft, to_input
from billing.rules.lines import LineInput, measure
from billing.rules.taxes import UNTAXED, Charge, Tax, assemble, less_tax
from billing.rules.totals import CALCULATION_VERSION, LineTotals, Totals
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, apportion, quantum, round_money

ONE = Decimal(1)


class _Pool(NamedTuple):
    """Lines whose share of one tax is rounded together, by their place in the document."""

    tax: Tax
    lines: list[int]
    amount: Decimal
    whole: Decimal


def count(original: Original, lines: Sequence[tuple[int | None, LineInput]]) -> Totals:
    """The figures of a note whose lines take back the line of that id; also what refuses it.

    Errors at ``lines.<i>``: `credit.line_unknown`, `credit.line_twice`, `credit.beyond_line`, and those of `measure`;
    without a field `credit.beyond_rate`, `credit.beyond_total`, `document.total_negative`.
    """
    currency, unit = original.currency, quantum(original.currency)
    zero = unit * 0
    with localcontext(EXACT):
        measured = [measure(index, line, unit) for index, (_, line) in enumerate(lines)]
        amounts = [amount for _, _, amount in measured]
        places = _places(original, lines, amounts)
        before = [line.taken for line in original.lines]
        after = list(before)
        for place, amount in zip(places, amounts, strict=True):
            after[place] += amount
        pools = _pools(original)
        charges = _charges(pools, original, places, amounts, before, after)
        nets = less_tax(amounts, charges) if original.prices_include_tax else amounts
        tax_totals, line_taxes = assemble(_with_below(charges, len(amounts)), nets)
        net = sum(nets, zero)
        tax = sum([part.amount for part in tax_totals], zero)
        total = net + tax
        _check_rates(pools, original, after)
        if total < 0:
            raise BusinessError("document.total_negative", total=total, currency=currency)
        if original.credited + total > original.total:
            raise BusinessError("credit.beyond_total", left=original.total - original.credited, currency=currency)
        withheld = _share(original, original.withheld, total)
        rounding = withheld - _share(original, original.withheld - original.rounding, total)
        return Totals(
            lines=tuple(
                LineTotals(gross, discount, amount, zero, own, taxes)
                for (gross, discount, amount), own, taxes in zip(measured, nets, line_taxes, strict=True)
            ),
            lines_amount=sum(amounts, zero),
            discounts=zero,
            charges=zero,
            net=net,
            tax=tax,
            total=total,
            tax_totals=tuple(tax_totals),
            calculation_version=CALCULATION_VERSION,
            allowances=(),
            prepaid=zero,
            withheld=withheld,
            rounding=rounding,
            payable=total - withheld + rounding,
        )


def _places(original: Original, lines: Sequence[tuple[int | None, LineInput]], amounts: Sequence[Decimal]) -> list[int]:
    known = {line.id: place for place, line in enumerate(original.lines)}
    places: list[int] = []
    for index, ((line_id, _), amount) in enumerate(zip(lines, amounts, strict=True)):
        place = known.get(line_id) if line_id is not None else None
        if place is None:
            raise BusinessError("credit.line_unknown", f"lines.{index}.quantity")
        if place in places:
            raise BusinessError("credit.line_twice", f"lines.{index}.quantity")
        left = original.lines[place].left
        if amount * left < 0 or abs(amount) > abs(left):
            raise BusinessError(
                "credit.beyond_line", f"lines.{index}.quantity", left=abs(left), currency=original.currency
            )
        places.append(place)
    return places


def _pools(original: Original) -> list[_Pool]:
    """As the document rounded its taxes: line by line; else a set of taxes at a time where a tax hangs on its companions
    (prices that include it, compound ones); else once per tax.
    """
    together = original.prices_include_tax or any(tax.compound for line in original.lines for tax in line.taxes)
    found: dict[Any, tuple[Tax, list[int], list[Decimal]]] = {}
    for place, line in enumerate(original.lines):
        taxes, amounts = (line.taxes, line.tax_amounts) if line.taxes else ((UNTAXED,), (ZERO,))
        group = tuple(sorted(tax.key for tax in taxes)) if together else ()
        for tax, amount in zip(taxes, amounts, strict=True):
            key = (place if original.tax_rounding == "line" else -1, group, tax.key)
            _, lines, parts = found.setdefault(key, (tax, [], []))
            lines.append(place)
            parts.append(amount)
    return [
        _Pool(tax, lines, sum(parts, ZERO), sum([original.lines[place].amount for place in lines], ZERO))
        for tax, lines, parts in found.values()
    ]


def _position(pool: _Pool, original: Original, taken: Sequence[Decimal]) -> Decimal:
    """How much of the pool's tax is taken when that much of its lines is."""
    if all(taken[place] == original.lines[place].amount for place in pool.lines):
        return pool.amount
    if not pool.whole:
        return ZERO
    return round_money(sum([taken[place] for place in pool.lines], ZERO) * pool.amount / pool.whole, original.currency)


def _charges(
    pools: Iterable[_Pool],
    original: Original,
    places: Sequence[int],
    amounts: Sequence[Decimal],
    before: Sequence[Decimal],
    after: Sequence[Decimal],
) -> list[Charge]:
    """Each pool's tax that this note takes, and the share of each of its lines."""
    index_of = {place: index for index, place in enumerate(places)}
    unit = quantum(original.currency)
    charges = []
    for pool in pools:
        mine = [index_of[place] for place in pool.lines if place in index_of]
        if not mine:
            continue
        tax = _position(pool, original, after) - _position(pool, original, before)
        sign = 1 if pool.whole >= 0 else -1
        weights = [sign * amounts[index] * pool.amount for index in mine]
        parts = apportion(tax, weights, abs(pool.whole) or ONE, original.currency)
        charges.append(Charge(pool.tax, mine, [part + unit * 0 for part in parts]))
    return charges


def _with_below(charges: Sequence[Charge], count: int) -> list[Charge]:
    """Compound taxes have the ordinary ones of the same lines in their base."""
    below = [ZERO] * count
    for charge in charges:
        if not charge.tax.compound:
            for index, part in zip(charge.lines, charge.parts, strict=True):
                below[index] += part
    return [
        charge._replace(below=[below[index] for index in charge.lines]) if charge.tax.compound else charge
        for charge in charges
    ]


def _check_rates(pools: Iterable[_Pool], original: Original, after: Sequence[Decimal]) -> None:
    """Of no tax more may be taken than was charged, nor more of what it was charged on: lines below zero are part of both."""
    sums: dict[Any, tuple[Tax, list[Decimal]]] = {}
    for pool in pools:
        tax, found = sums.setdefault(pool.tax.key, (pool.tax, [ZERO] * 4))
        taken = sum([after[place] for place in pool.lines], ZERO)
        for place, value in enumerate((pool.whole, taken, pool.amount, _position(pool, original, after))):
            found[place] += value
    for tax, (base, base_taken, amount, amount_taken) in sums.values():
        if not (_within(base_taken, base) and _within(amount_taken, amount)):
            raise BusinessError("credit.beyond_rate", rate=tax.rate, name=tax.name or tax.code)


def _within(taken: Decimal, whole: Decimal) -> bool:
    return min(whole, ZERO) <= taken <= max(whole, ZERO)


def _share(original: Original, part: Decimal, total: Decimal) -> Decimal:
    """Of what was kept back of the document's total, the share of this note's `total`."""

    def upto(amount: Decimal) -> Decimal:
        return round_money(part * amount / original.total, original.currency)

    if not part or not total:
        return quantum(original.currency) * 0
    return upto(original.credited + total) - upto(original.credited)


def count_draft(original: Original, draft: Draft, taxes: Mapping[int, Tax]) -> Totals:
    """The figures of a note as it was typed; `taxes` by id are those billed. Raises those of `count` and `to_input`."""
    lines = to_input(draft, taxes).lines
    return count(original, list(zip([line.corrects_id for line in draft.lines], lines, strict=True)))
