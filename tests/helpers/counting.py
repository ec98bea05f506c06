"""Random documents for the arithmetic."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from hypothesis import HealthCheck, reject, settings
from hypothesis import strategies as st

from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, Totals, compute
from invoicing_site.errors import BusinessError
from invoicing_site.money import CURRENCIES, quantum

D = Decimal
# Drawing a document takes a while on a busy machine; that is no fault of the arithmetic.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TAXES = [
    Tax("DE19", "S", D(19)),
    Tax("DE7", "S", D(7)),
    Tax("QST", "S", D("9.975")),
    Tax("ZERO", "Z", D(0)),
    Tax("RC", "AE", D(0)),
]
COMPOUND = [Tax("QST2012", "S", D("9.5"), compound=True), Tax("ECO", "S", D(3), compound=True)]
# Only these may refuse a well-formed document, and only for what it amounts to.
AMOUNT_REFUSALS = {
    "document.total_negative", "allowance.too_large", "allowance.no_lines", "line.discount_too_large",
    "document.prepaid_too_large", "document.withheld_too_large",
}  # fmt: skip


@st.composite
def documents(
    draw: st.DrawFn, gross: bool | None = None, by_line: bool | None = None, compound: bool = True
) -> DocumentInput:
    """Any document; `by_line` and `compound` say whether tax may be rounded on lines, and charged on other taxes."""
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD", "CLF", *sorted(CURRENCIES)]))
    unit = quantum(currency)
    units = st.integers(0, 5000).map(lambda n: n * unit)
    percents = st.decimals(0, 60, places=2)
    taxes = TAXES + COMPOUND if compound and draw(st.booleans()) else TAXES
    tax_sets = st.lists(st.sampled_from(taxes), max_size=3, unique=True).map(tuple)
    lines = st.builds(
        LineInput,
        quantity=st.decimals(0, 20, places=3) | st.integers(1, 9).map(D) | st.decimals(-3, 0, places=3),
        unit_price=st.decimals(0, 2000, places=6) | st.decimals(0, 5, places=2),
        taxes=tax_sets,
    )
    discounted = st.one_of(
        lines,
        st.builds(lambda line, percent: dataclasses.replace(line, discount_percent=percent), lines, percents),
        st.builds(lambda line, off: _less(line, off, unit), lines, units),
    )
    allowances = st.one_of(
        st.builds(AllowanceInput, is_charge=st.just(True), percent=percents),
        st.builds(AllowanceInput, is_charge=st.just(True), amount=units),
        st.builds(AllowanceInput, is_charge=st.just(False), percent=st.decimals(0, 34, places=2)),
        st.builds(AllowanceInput, is_charge=st.just(False), amount=st.integers(0, 99).map(lambda n: n * unit)),
    )
    line_rounding = draw(st.booleans()) if by_line is None else by_line
    return DocumentInput(
        currency,
        draw(st.booleans()) if gross is None else gross,
        tuple(draw(st.lists(discounted, max_size=12))),
        tuple(draw(st.lists(allowances, max_size=3))),
        tax_rounding="line" if line_rounding else "document",
        cash_unit=draw(st.sampled_from([0, 1, 5, 10, 100, 1000])) * unit,
        withholding_percent=draw(st.just(D(0)) | st.decimals(0, 30, places=2)),
        prepaid=draw(st.just(D(0)) | st.integers(0, 50).map(lambda n: n * unit)),
    )


def _less(line: LineInput, off: Decimal, unit: Decimal) -> LineInput:
    """The line with a discount it can bear."""
    gross = (abs(line.quantity * line.unit_price) / unit).quantize(D(1)) * unit
    return dataclasses.replace(line, discount_amount=min(off, gross))


def counted(document: DocumentInput) -> Totals:
    try:
        return compute(document)
    except BusinessError as refusal:
        if refusal.code in AMOUNT_REFUSALS:
            reject()
        raise
