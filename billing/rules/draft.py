"""A draft as typed, whatever door it came through: form, API, order. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.rules.terms import NET, Instalment
from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax
from invoicing_site.errors import BusinessError
from invoicing_site.money import ZERO

MAX_LINES = 5000


@dataclass(frozen=True, slots=True)
class DraftLine:
    """`id` is the stored line this one replaces, None for a new one; `tax_codes` are ids of the company's taxes; `corrects_id` is the
    line of another document that a note's line takes back. An `automatic` line bears the tax the rules propose when it is saved; it has no
    `tax_codes` yet."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    id: int | None = None
    unit: str = "C62"
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    tax_codes: tuple[int, ...] = ()
    product_id: int | None = None
    sku: str = ""
    account_id: int | None = None
    cost_center: str = ""
    service_from: dt.date | None = None
    service_to: dt.date | None = None
    corrects_id: int | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class DraftAllowance:
    description: str
    is_charge: bool = False
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Dates are business dates in the company's zone; `issue_date` None means the day of issue.

    `corrects_id`, `replaces_id` and `follows_id` are documents of the company: what a note corrects, what a reissue stands in for,
    the offer an invoice came from. `prepaid` is what deposits already asked for, in the document's currency.
    """

    client_id: int
    currency: str
    kind: str = "invoice"
    language: str = "en"
    lines: tuple[DraftLine, ...] = ()
    allowances: tuple[DraftAllowance, ...] = ()
    corrects_id: int | None = None
    replaces_id: int | None = None
    follows_id: int | None = None
    reason_code: str = ""
    reason: str = ""
    valid_until: dt.date | None = None
    external_number: str = ""
    prices_include_tax: bool = False
    issue_date: dt.date | None = None
    supply_from: dt.date | None = None
    supply_to: dt.date | None = None
    term: str = NET
    net_days: int = 14
    term_day: int = 0
    instalments: tuple[Instalment, ...] = ()
    discount_percent: Decimal = ZERO
    discount_days: int = 0
    tax_rounding: str = "document"
    cash_unit: Decimal = ZERO
    withholding_percent: Decimal = ZERO
    prepaid: Decimal = ZERO
    bank_account_id: int | None = None
    buyer_reference: str = ""
    purchase_order: str = ""
    contract: str = ""
    delivery_note: str = ""
    introduction: str = ""
    notes: str = ""

    def tax_point(self, today: dt.date) -> dt.date:
        """The day whose tax rates apply: the supply's, else the document's (Art. 63 and 93 of Directive 2006/112/EC)."""
        return self.supply_to or self.supply_from or self.issue_date or today


def to_input(draft: Draft, taxes: Mapping[int, Tax]) -> DocumentInput:
    """What `compute` counts. `taxes` are the company's taxes in force on the tax point, by id.

    Raises document.too_many_lines, and document.tax_unknown at the line for a tax that is not among them.
    """
    if len(draft.lines) > MAX_LINES:
        raise BusinessError("document.too_many_lines", limit=MAX_LINES)
    chosen: dict[tuple[int, ...], tuple[Tax, ...]] = {}
    lines = []
    for index, line in enumerate(draft.lines):
        if line.tax_codes not in chosen:
            try:
                chosen[line.tax_codes] = tuple(taxes[code] for code in line.tax_codes)
            except KeyError:
                raise BusinessError("document.tax_unknown", f"lines.{index}.tax_codes") from None
        lines.append(
            LineInput(
                line.quantity, line.unit_price, line.discount_percent, line.discount_amount, chosen[line.tax_codes]
            )
        )
    allowances = tuple(AllowanceInput(item.is_charge, item.percent, item.amount) for item in draft.allowances)
    return DocumentInput(
        draft.currency,
        draft.prices_include_tax,
        tuple(lines),
        allowances,
        tax_rounding=draft.tax_rounding,
        cash_unit=draft.cash_unit,
        withholding_percent=draft.withholding_percent,
        prepaid=draft.prepaid,
    )
