"""The arithmetic: microseconds a line, against a naive loop that rounds the same figures with quantize at every step."""

import gc
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks.rounds import alternate, middle, ratio, seconds
from billing.rules.totals import DocumentInput, LineInput, Tax, compute

ROUNDS = 9
CENT = Decimal("0.01")
TAXES = ((Tax("DE19", "S", Decimal(19)),), (Tax("DE7", "S", Decimal(7)),))


def document(lines: int) -> DocumentInput:
    rows = tuple(
        LineInput(Decimal(n % 7 + 1) / 2, Decimal("100.10"), Decimal(10 if n % 5 == 4 else 0), taxes=TAXES[n % 2])
        for n in range(lines)
    )
    return DocumentInput("EUR", False, rows)


def naive(document: DocumentInput) -> Decimal:
    """What a first version does: round each line, sum per rate, no spreading, no checks, no errors."""
    bases: dict[Decimal, Decimal] = {}
    for line in document.lines:
        gross = (line.quantity * line.unit_price).quantize(CENT, ROUND_HALF_UP)
        discount = (gross * line.discount_percent / Decimal(100)).quantize(CENT, ROUND_HALF_UP)
        rate = line.taxes[0].rate
        bases[rate] = bases.get(rate, Decimal(0)) + gross - discount
    taxes = [(base * rate / Decimal(100)).quantize(CENT, ROUND_HALF_UP) for rate, base in bases.items()]
    return sum(bases.values(), Decimal(0)) + sum(taxes, Decimal(0))


def _again(count: Callable[[DocumentInput], object], one: DocumentInput, times: int) -> None:
    for _ in range(times):
        count(one)


def measure() -> list[dict[str, Any]]:
    rows = []
    for lines, times in ((1000, 10), (10, 10_000)):
        one = document(lines)
        assert compute(one).total == naive(one)
        gc.collect()
        found = alternate(
            {
                "ours": lambda one=one, times=times: seconds(lambda: _again(compute, one, times)),
                "naive": lambda one=one, times=times: seconds(lambda: _again(naive, one, times)),
            },
            ROUNDS,
        )
        each = {name: middle(values) / times / lines * 1e6 for name, values in found.items()}
        rows.append(
            {
                "figure": f"totals, {lines}-line documents, {times:,} of them",
                "reached": f"{each['ours']:.2f} µs a line",
                "baseline": f"naive loop {each['naive']:.2f} µs a line",
                "ratio": f"{ratio(found, 'ours', 'naive'):.2f}",
                "target": "published",
            }
        )
    return rows
