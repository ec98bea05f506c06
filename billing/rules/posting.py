"""What a business fact looks like in the ledger. Pure; `docs/accounting.md` shows the same as a table.

Debit is positive. In every list the amounts sum to 0 per currency and the base amounts to 0, and a line in base
currency says the same amount twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from billing.rules.taxes import TaxTotal
from invoicing_site.money import EXACT, ZERO, apportion, convert, release, split


class Target(NamedTuple):
    """Which account: `kind` "purpose" (receivable, bank …), "code" (a revenue account's code) or "tax" (a tax code)."""

    kind: str
    key: str


class Line(NamedTuple):
    """One posting. `client` says that it stands on the client's own account (receivables, unapplied credit)."""

    target: Target
    currency: str
    amount: Decimal
    base: Decimal
    client: bool = False


RECEIVABLE = Target("purpose", "receivable")
CLIENT_CREDIT = Target("purpose", "client_credit")
FX_GAIN = Target("purpose", "fx_gain")
FX_LOSS = Target("purpose", "fx_loss")
FX_CLEARING = Target("purpose", "fx_clearing")

ROUNDING = Target("purpose", "rounding")
WITHHOLDING = Target("purpose", "withholding")
BAD_DEBT = Target("purpose", "bad_debt")
DISCOUNT = Target("purpose", "discount")
OUTSIDE = Target("purpose", "outside")
# What is no revenue yet, or none of this year's books: where the net of such a kind goes instead.
INSTEAD: dict[str, Target] = {
    "deposit_invoice": Target("purpose", "deposits"),
    "opening_balance": Target("purpose", "opening"),
}

# Amounts on documents are positive whatever the kind; which side they stand on is decided here alone. Kinds that are no
# demand (quote, pro forma) are not booked and have no sign.
SIGNS: dict[str, int] = {
    "invoice": 1,
    "deposit_invoice": 1,
    "debit_note": 1,
    "opening_balance": 1,
    "credit_note": -1,
}


class Deduction(NamedTuple):
    """A part of a deposit invoice that the final one takes back: at the value it was booked with, `base` in base currency."""

    target: Target
    amount: Decimal
    base: Decimal


def issued(
    kind: str,
    currency: str,
    total: Decimal,
    tax_totals: Iterable[TaxTotal],
    net_by_account: Mapping[str, Decimal],
    base_currency: str,
    rate: Decimal,
    *,
    withheld: Decimal = ZERO,
    rounding: Decimal = ZERO,
    deposits: Sequence[Deduction] = (),
    corrects: str = "",
) -> list[Line]:
    """A document is issued: receivable against revenue per account and tax per code; a credit note the other way round.

    A credit note takes the net back from where the kind it `corrects` put it. The receivable is what is payable: the
    total less `deposits` and what the client withholds, at the coin (`rounding`, signed). `net_by_account` maps account
    codes to net amounts, `rate` is base currency for one unit of `currency`. In base, the receivable and each tax are
    rounded for themselves and revenue bears the rest, so what is declared as tax never carries another figure's cent.
    Lines of 0 are left out: a document of nothing books nothing. `ValueError` for a kind that is not booked and for
    figures that do not add up to `total`.
    """
    if kind not in SIGNS:
        raise ValueError(f"A document of kind {kind!r} is not booked.")
    taxes: dict[Target, Decimal] = {}
    for part in tax_totals:
        if part.amount:
            target = Target("tax", part.code)
            taxes[target] = taxes.get(target, ZERO) + part.amount
    revenue = {Target("code", code): net for code, net in net_by_account.items() if net}
    if sum(revenue.values(), ZERO) + sum(taxes.values(), ZERO) != total:
        raise ValueError("Net amounts and taxes do not add up to the total.")
    if (corrects or kind) in INSTEAD:
        net = sum(revenue.values(), ZERO)
        revenue = {INSTEAD[corrects or kind]: net} if net else {}
    rate = Decimal(1) if currency == base_currency else rate
    asked = total - sum([part.amount for part in deposits], ZERO) - withheld + rounding
    # By `release`, so that settling the receivable to nothing takes exactly this much out of it.
    asked_base = release(convert(total, rate, base_currency), total, asked, ZERO, base_currency)
    lines = [
        Line(RECEIVABLE, currency, asked, asked_base, client=True),
        Line(WITHHOLDING, currency, withheld, convert(withheld, rate, base_currency)),
        *(Line(part.target, currency, part.amount, part.base) for part in deposits),
        Line(ROUNDING, currency, -rounding, -convert(rounding, rate, base_currency)),
    ]
    rest = sum([line.base for line in lines], ZERO)
    lines += _credited(currency, rest, revenue, taxes, base_currency, rate)
    lines = [line for line in lines if line.amount or line.base]
    return lines if SIGNS[kind] > 0 else inverse(lines)


def _credited(
    currency: str,
    base: Decimal,
    revenue: Mapping[Target, Decimal],
    taxes: Mapping[Target, Decimal],
    base_currency: str,
    rate: Decimal,
) -> list[Line]:
    """Revenue and taxes, worth `base` together in base currency."""
    # Without revenue there is nobody but the taxes to bear the odd cent.
    bearers = revenue or taxes
    bases = {target: convert(amount, rate, base_currency) for target, amount in taxes.items()} if revenue else {}
    rest = base - sum(bases.values(), ZERO)
    exact = [EXACT.multiply(amount, rate) for amount in bearers.values()]
    bases |= dict(zip(bearers, apportion(rest, exact, Decimal(1), base_currency), strict=True))
    return [Line(target, currency, -amount, -bases[target]) for target, amount in (*revenue.items(), *taxes.items())]


def inverse(lines: Iterable[Line]) -> list[Line]:
    """The same lines on the other side: what undoes a booked fact."""
    return [line._replace(amount=-line.amount, base=-line.base) for line in lines]


def received(currency: str, amount: Decimal, base: Decimal, money_account: str) -> list[Line]:
    """Money came in, worth `base` in base currency. It is the client's credit until it is allocated.

    `money_account` is the purpose of the account it lies on: bank, cash, cheques.
    """
    return [
        Line(Target("purpose", money_account), currency, amount, base),
        Line(CLIENT_CREDIT, currency, -amount, -base, client=True),
    ]


def allocated(
    payment_currency: str,
    payment_amount: Decimal,
    payment_base: Decimal,
    document_currency: str,
    document_amount: Decimal,
    document_base: Decimal,
    base_currency: str,
) -> list[Line]:
    """Credit of a client settles a document: credit is debited at its own value, the receivable credited at its own.

    `payment_base` and `document_base` are what leaves either account in base currency (`money.release`). Their
    difference is the realised exchange gain or loss, in base currency where one side is in it, otherwise with an amount
    of 0 in the document's. Two currencies meet in the clearing account, which is left with nothing in base currency.
    `ValueError` if the two sides differ in one currency, or a side in base currency differs from its base.
    """
    _same_in_base(payment_currency, payment_amount, payment_base, base_currency)
    _same_in_base(document_currency, document_amount, document_base, base_currency)
    paid_in_base = payment_currency == base_currency
    clearing: list[Line] = []
    if payment_currency != document_currency:
        worth = document_base if paid_in_base else payment_base
        given = worth if paid_in_base else payment_amount
        taken = worth if document_currency == base_currency else document_amount
        clearing = [
            line
            for line in (
                Line(FX_CLEARING, payment_currency, -given, -worth),
                Line(FX_CLEARING, document_currency, taken, worth),
            )
            if line.amount or line.base
        ]
    elif payment_amount != document_amount:
        raise ValueError("Within one currency both sides of an allocation are the same amount.")
    return [
        Line(CLIENT_CREDIT, payment_currency, payment_amount, payment_base, client=True),
        *clearing,
        *_exchange(
            payment_currency if paid_in_base else document_currency, payment_base - document_base, base_currency
        ),
        Line(RECEIVABLE, document_currency, -document_amount, -document_base, client=True),
    ]


def applied(currency: str, note_base: Decimal, document_base: Decimal, base_currency: str) -> list[Line]:
    """Credit of a note settles a document of the same client and currency: one receivable, so only a difference in base is booked.

    `note_base` and `document_base` are what leaves either side in base currency.
    """
    difference = note_base - document_base
    if not difference:
        return []
    return [
        Line(RECEIVABLE, currency, ZERO, difference, client=True),
        *_exchange(currency, difference, base_currency),
    ]


def settled_outside(currency: str, amount: Decimal, base: Decimal) -> list[Line]:
    """Credit of a note was made good where this system does not look: a barter, another company of the group."""
    return [Line(RECEIVABLE, currency, amount, base, client=True), Line(OUTSIDE, currency, -amount, -base)]


def forgone(
    target: Target, currency: str, amount: Decimal, base: Decimal, taxes: Mapping[str, Decimal], base_currency: str
) -> list[Line]:
    """Nobody will pay `amount` of a document, `base` in base currency: what of it was tax (`taxes`, by code) is claimed back, the
    rest is borne by `target` (bad debts, discounts, rounding). The parts in base follow the amounts by largest remainder.
    """
    parts = [(target, amount - sum(taxes.values(), ZERO)), *((Target("tax", code), tax) for code, tax in taxes.items())]
    parts = [(account, part) for account, part in parts if part]
    bases = split(base, [part for _, part in parts], base_currency)
    return [
        *(Line(account, currency, part, own) for (account, part), own in zip(parts, bases, strict=True)),
        Line(RECEIVABLE, currency, -amount, -base, client=True),
    ]


def tax_within(amount: Decimal, total: Decimal, tax_totals: Iterable[TaxTotal], currency: str) -> dict[str, Decimal]:
    """How much of `amount`, a part of a document's `total`, is tax, by code: in proportion, cents to the largest remainders."""
    parts = list(tax_totals)
    net = total - sum([part.amount for part in parts], ZERO)
    if not total or min([net, *(part.amount for part in parts)]) < 0:
        return {}
    _, *taxes = split(amount, [net, *(part.amount for part in parts)], currency)
    found: dict[str, Decimal] = {}
    for part, tax in zip(parts, taxes, strict=True):
        if tax:
            found[part.code] = found.get(part.code, ZERO) + tax
    return found


def repaid(
    currency: str, amount: Decimal, base_note: Decimal, base_bank: Decimal, base_currency: str, money_account: str
) -> list[Line]:
    """Credit of a note goes back to the client as money: it leaves at `base_note`, the money at the day's value."""
    return [
        line._replace(target=RECEIVABLE) if line.target == CLIENT_CREDIT else line
        for line in refunded(currency, amount, base_note, base_bank, base_currency, money_account)
    ]


def refunded(
    currency: str, amount: Decimal, base_credit: Decimal, base_bank: Decimal, base_currency: str, money_account: str
) -> list[Line]:
    """Credit goes back to the client: it leaves at `base_credit`, the money at `base_bank`, the day's value.

    `money_account` as for `received`. `ValueError` if the refund is in base currency and differs from its base.
    """
    _same_in_base(currency, amount, base_credit, base_currency)
    _same_in_base(currency, amount, base_bank, base_currency)
    return [
        Line(CLIENT_CREDIT, currency, amount, base_credit, client=True),
        *_exchange(currency, base_credit - base_bank, base_currency),
        Line(Target("purpose", money_account), currency, -amount, -base_bank),
    ]


def _exchange(currency: str, difference: Decimal, base_currency: str) -> list[Line]:
    """What was gained (`difference` > 0, a credit) or lost. In a foreign currency nothing moved: its amount is 0."""
    if not difference:
        return []
    amount = -difference if currency == base_currency else ZERO
    return [Line(FX_GAIN if difference > 0 else FX_LOSS, currency, amount, -difference)]


def _same_in_base(currency: str, amount: Decimal, base: Decimal, base_currency: str) -> None:
    if currency == base_currency and amount != base:
        raise ValueError(f"{amount} {currency} cannot be worth {base} in its own currency.")
