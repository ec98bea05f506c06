"""Version 2 of the arithmetic with its new inputs off is version 1, which counted documents that are frozen for ever.

The golden file holds one digest for each of 5,000 documents, taken when version 1 was the only one.
"""

from __future__ import annotations

import hashlib
import random
from decimal import Decimal
from pathlib import Path

from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, compute
from invoicing_site.errors import BusinessError
from invoicing_site.money import quantum

GOLDEN = Path(__file__).parents[3] / "golden" / "calculation_1.txt"
COUNT = 5000
D = Decimal
TAXES = (
    Tax("DE19", "S", D(19)),
    Tax("DE7", "S", D(7)),
    Tax("QST", "S", D("9.975")),
    Tax("GST", "S", D(5)),
    Tax("ZERO", "Z", D(0)),
    Tax("RC", "AE", D(0)),
)


class _Dice:
    """Only `random()` itself is promised to give the same numbers under every Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def below(self, count: int) -> int:
        return int(self._random() * count)

    def amount(self, below: int, unit: Decimal) -> Decimal:
        return self.below(below) * unit


def _line(dice: _Dice, unit: Decimal) -> LineInput:
    percent, off = D(0), D(0)
    match dice.below(4):
        case 0:
            percent = dice.amount(6000, D("0.01"))
        case 1:
            off = dice.amount(500, unit)
    quantity = (dice.below(9000) - 1500) * D("0.001") if dice.below(2) else D(dice.below(9) + 1)
    price = dice.amount(900_000_000, D("0.000001")) if dice.below(2) else dice.amount(5000, D("0.01"))
    first = dice.below(2 * len(TAXES))
    taxes = tuple(TAXES[(first + step) % len(TAXES)] for step in range(dice.below(3)))
    return LineInput(quantity, price, percent, off, taxes)


def _allowance(dice: _Dice, unit: Decimal) -> AllowanceInput:
    if dice.below(2):
        return AllowanceInput(not dice.below(2), percent=dice.amount(4000, D("0.01")))
    return AllowanceInput(not dice.below(2), amount=dice.amount(3000, unit))


def _document(seed: int) -> DocumentInput:
    dice = _Dice(seed)
    currency = ("EUR", "EUR", "JPY", "KWD", "CLF")[dice.below(5)]
    unit = quantum(currency)
    lines = tuple(_line(dice, unit) for _ in range(dice.below(12) + 1))
    allowances = tuple(_allowance(dice, unit) for _ in range(max(0, dice.below(5) - 2)))
    return DocumentInput(currency, bool(dice.below(2)), lines, allowances)


def _digest(seed: int) -> str:
    """Of every figure version 1 knew, or of the refusal."""
    try:
        totals = compute(_document(seed))
        said = [str(figure) for figure in totals[1:7]]
        for row in totals.lines:
            said += [str(figure) for figure in row[:5]]
            said += [f"{part.code} {part.base} {part.amount}" for part in row.taxes]
        said += [f"{part.code} {part.base} {part.amount}" for part in totals.tax_totals]
        for item in totals.allowances:
            said += [str(item.amount), *(str(share.amount) for share in item.shares)]
    except BusinessError as refusal:
        said = [refusal.code, str(refusal.field)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]


def test_documents_of_version_one_still_count_to_the_same_cent() -> None:
    golden = GOLDEN.read_text().split()
    assert len(golden) == COUNT
    assert [seed for seed in range(COUNT) if _digest(seed) != golden[seed]] == []
