"""Snapshots of documents to be sent as e-invoices, counted by `compute`: a golden set, and random ones."""

import copy
import datetime as dt
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from billing.documents.facts import plain
from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, Totals, compute
from invoicing_site.money import ZERO, quantum
from tests.helpers.papers import BUYER, SELLER, address

Parts = tuple[dict[str, Any], dict[str, Any]]

S19, S7 = Tax("DE19", "S", Decimal(19), "VAT 19 %"), Tax("DE7", "S", Decimal(7), "VAT 7 %")
Z0, E0 = Tax("Z0", "Z", ZERO, "Zero"), Tax("E0", "E", ZERO, "Exempt")
AE0, K0 = Tax("AE0", "AE", ZERO, "Reverse charge"), Tax("K0", "K", ZERO, "Intra-community")
G0, O0 = Tax("G0", "G", ZERO, "Export"), Tax("O", "O", ZERO)
REASONS = {
    "E": "Exempt under Section 4 No. 21 UStG", "AE": "Reverse charge", "K": "Tax-free intra-community supply",
    "G": "Tax-free export", "O": "Outside the scope of VAT",
}  # fmt: skip
REASON_CODES = {"E": "VATEX-EU-132-1I", "AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
DAY = "2026-11-20"
PEPPOL_SELLER = {
    "contact_name": "Ada Kern", "endpoint": {"scheme": "9930", "value": "DE136695976"},
}  # fmt: skip
PEPPOL_BUYER = {"endpoint": {"scheme": "9930", "value": "DE811907980"}, "kind": "business", "einvoice": "peppol"}
VAT_BUYER = {
    "tax_ids": [{"scheme": "VAT", "value": "ATU12345675"}],
    "address": address("Graben 1", "1010", "Wien", "AT"),
}


def line(quantity: str = "1", price: str = "100", *taxes: Tax, **more: Any) -> LineInput:
    return LineInput(Decimal(quantity), Decimal(price), taxes=taxes or (S19,), **more)


def snapshot(
    lines: Sequence[LineInput],
    allowances: Sequence[AllowanceInput] = (),
    *,
    currency: str = "EUR",
    gross: bool = False,
    options: dict[str, Any] | None = None,
    seller: dict[str, Any] | None = None,
    buyer: dict[str, Any] | None = None,
    **facts: Any,
) -> Parts:
    """Facts and parties (schema 2) of these inputs; `options` go to `compute`, `facts` replace whole keys."""
    totals = compute(DocumentInput(currency, gross, tuple(lines), tuple(allowances), **(options or {})))
    parties = {
        "seller": copy.deepcopy(SELLER) | PEPPOL_SELLER | (seller or {}),
        "buyer": copy.deepcopy(BUYER) | PEPPOL_BUYER | (buyer or {}),
    }
    return _facts(totals, lines, currency, gross) | facts, parties


def _facts(totals: Totals, lines: Sequence[LineInput], currency: str, gross: bool) -> dict[str, Any]:
    def money(amount: Decimal) -> str:
        return str(amount.quantize(quantum(currency)))

    figures = ("lines_amount", "discounts", "charges", "net", "tax", "total", "prepaid", "rounding", "payable")
    return {
        "schema": 2, "kind": "invoice", "uuid": "0192e4a0-0000-7000-8000-000000000042", "number": "INV-2026-00042",
        "issue_date": DAY, "supply_from": None, "supply_to": "2026-11-18", "currency": currency, "language": "en",
        "due": [{"due_on": "2026-12-04", "amount": money(totals.payable)}], "prices_include_tax": gross,
        "payment_reference": "RF36INV202600042", "buyer_reference": "04011000-12345-03", "purchase_order": "PO-88123",
        "contract": "", "delivery_note": "", "project": "", "introduction": "", "notes": "", "terms": "",
        "lines": [_line(n, typed, totals, money) for n, typed in enumerate(lines)],
        "allowances": [
            {
                "is_charge": item.is_charge, "description": "Freight" if item.is_charge else "Loyalty discount",
                "percent": plain(item.percent) if item.percent is not None else None, "amount": money(item.amount),
                "taxes": [
                    {"category": part.category, "rate": plain(part.rate), "amount": money(part.amount)}
                    for part in item.taxes
                ],
            }
            for item in totals.allowances
        ],
        **{name: money(getattr(totals, name)) for name in figures},
        "tax_totals": [
            {
                "code": part.code, "name": part.name, "category": part.category, "rate": plain(part.rate),
                "base": money(part.base), "amount": money(part.amount), "reason": REASONS.get(part.category, ""),
                "reason_code": REASON_CODES.get(part.category, ""),
            }
            for part in totals.tax_totals
        ],
        "withholding": None, "corrects": None, "replaces": None, "follows": None, "reason": {"code": "", "text": ""},
        "deposits": [], "early": None, "fx": None, "tax_fx": None, "attachments": [], "net_days": 14,
        "small_business": False, "calculation_version": 2, "template": {"name": "classic", "version": 1}, "logo": None,
        "cash_unit": "0", "tax_rounding": "document", "valid_until": None, "engine": "own/1",
        "term": {"kind": "net", "days": 14, "day": 0},
    }  # fmt: skip


def _line(place: int, typed: LineInput, totals: Totals, money: Callable[[Decimal], str]) -> dict[str, Any]:
    figure = totals.lines[place]
    return {
        "position": place + 1, "sku": f"A-{place + 1:04}" if place % 2 else "", "description": f"Part {place + 1}",
        "quantity": plain(typed.quantity), "unit": ("HUR", "H87", "MON", "C62")[place % 4],
        "unit_price": plain(typed.unit_price), "discount_percent": plain(typed.discount_percent),
        "discount": money(figure.discount), "gross": money(figure.gross), "amount": money(figure.amount),
        "allowance_share": money(figure.allowance_share), "net": money(figure.net), "corrects": None,
        "taxes": [
            {
                "code": tax.code, "name": tax.code, "category": tax.category, "rate": plain(tax.rate),
                "base": money(tax.base), "amount": money(tax.amount),
            }
            for tax in figure.taxes
            if typed.taxes
        ],
        "service_from": None, "service_to": None,
    }  # fmt: skip


def off(percent: str) -> AllowanceInput:
    return AllowanceInput(False, percent=Decimal(percent))


def charge(amount: str) -> AllowanceInput:
    return AllowanceInput(True, amount=Decimal(amount))


EARLIER = {
    "uuid": "0192e4a0-0000-7000-8000-000000000041",
    "kind": "invoice",
    "number": "INV-2026-00041",
    "issue_date": "2026-11-02",
}
CSV = b"hour;minutes\n1;30\n"
CSV_HASH = "9f3e4c"
FX = {
    "base_currency": "EUR",
    "rate": "0.9213",
    "rate_date": "2026-11-19",
    "source": "ECB",
    "net": "92.13",
    "tax": "17.50",
    "total": "109.63",
}

# name → what makes it; every one must pass every official rule, in each syntax
GOLDEN: dict[str, Callable[[], Parts]] = {
    "plain": lambda: snapshot([line("2", "50"), line("1", "0.5")]),
    "several_rates": lambda: snapshot([line("3", "19.99"), line("1.5", "33.333333", S7), line("7", "1", Z0)]),
    "line_discounts": lambda: snapshot([
        line("3", "19.99", discount_percent=Decimal("12.5")), line("2", "10", S7, discount_amount=Decimal("3.33")),
    ]),
    "allowances": lambda: snapshot([line("3", "19.99"), line("2", "10", S7)], [off("3"), off("1.5"), charge("7.77")]),
    "returns": lambda: snapshot([line("10", "20"), line("-2", "20", discount_percent=Decimal(10)), line("-1", "5", S7), line("4", "5", S7)]),
    "gross": lambda: snapshot([line("3", "19.99"), line("-1", "2.50"), line("2", "9.99", S7)], [off("2.5"), charge("3.90")], gross=True),
    "zero_rated": lambda: snapshot([line("1", "100", Z0)]),
    "exempt": lambda: snapshot([line("1", "100", E0), line("1", "50")]),
    "reverse_charge": lambda: snapshot([line("1", "100", AE0)], [off("5")], buyer=VAT_BUYER),
    "intra_community": lambda: snapshot([line("8", "12.34", K0)], buyer=VAT_BUYER),
    "export": lambda: snapshot(
        [line("1", "100", G0)], buyer={"address": address("Bahnhofstrasse 1", "8001", "Zürich", "CH"), "tax_ids": []}
    ),
    "outside": lambda: snapshot([line("1", "100", O0)], [off("5")]),
    "untaxed": lambda: _untaxed(snapshot([LineInput(Decimal(1), Decimal(100))])),
    "credit_note": lambda: snapshot(
        [line("1", "100"), line("2", "9.99", S7)], [off("10")], kind="credit_note", number="CN-7", corrects=EARLIER, due=[],
        reason={"code": "returned", "text": "Goods returned"}, project="P-1",
    ),
    "debit_note": lambda: snapshot([line("1", "12.50")], kind="debit_note", number="DN-1", corrects=EARLIER),
    "deposit": lambda: snapshot([line("1", "1000")], kind="deposit_invoice", number="DEP-1"),
    "final": lambda: snapshot(
        [line("1", "1000"), line("1", "333.33")], options={"prepaid": Decimal("595.00")}, project="Bridge",
        deposits=[EARLIER | {"net": "500.00", "tax": "95.00", "total": "595.00", "tax_totals": []}],
    ),
    "rounding": lambda: snapshot([line("1", "33.33")], options={"cash_unit": Decimal("0.05")}),
    "nothing_left": lambda: snapshot([line("1", "100")], options={"prepaid": Decimal("119.00")}, due=[]),
    "tax_by_line": lambda: snapshot([line("1", "0.33") for _ in range(9)], options={"tax_rounding": "line"}, tax_rounding="line"),
    "tax_currency": lambda: snapshot([line("1", "100")], currency="USD", fx=FX),
    "yen": lambda: snapshot([line("1.5", "333"), line("3", "0.4")], currency="JPY", fx=FX),
    "attachments": lambda: snapshot(
        [line()], attachments=[{"name": "hours.csv", "media_type": "text/csv", "sha256": CSV_HASH}]
    ),
    "instalments": lambda: snapshot(
        [line()], due=[{"due_on": "2026-12-04", "amount": "59.50"}, {"due_on": "2027-01-04", "amount": "59.50"}]
    ),
    "early": lambda: snapshot(
        [line()], early={"percent": "2", "until": "2026-11-30", "discount": "2.38", "amount": "116.62"}, terms="Thank you."
    ),
    "periods": lambda: snapshot(
        [line(), line("2", "3")], supply_from="2026-11-01", supply_to="2026-11-30", contract="C-9", delivery_note="D-1",
        introduction="Dear all,\nthank you.", notes="Bye & <see> \"you\" \u00e4\u20ac\U0001f600",
    ),
    "small_business": lambda: snapshot([line("1", "100", E0)], small_business=True),
    "no_bank": lambda: snapshot([line("1", "100")], buyer={"delivery_address": address("Kai 1", "20457", "Hamburg", "DE")}),
    "nothing": lambda: snapshot([line("1", "0")], due=[]),
}  # fmt: skip


def _untaxed(parts: Parts) -> Parts:
    parts[0]["lines"][0]["taxes"] = []
    return parts


def random_snapshot(chance: random.Random) -> Parts:
    """A document such as people type, or such as nobody does: every rate, discount, currency and rounding at random."""
    currency = chance.choice(["EUR", "EUR", "USD", "JPY", "CHF"])
    unit = quantum(currency)
    taxes = chance.choice([[S19], [S19, S7], [S19, S7, Z0, E0], [AE0], [K0], [O0], [G0]])
    lines = [_random_line(chance, taxes, unit) for _ in range(chance.choice([1, 2, 3, 5, 12]))]
    allowances = []
    if chance.random() < 0.4:
        allowances.append(AllowanceInput(False, percent=Decimal(chance.randrange(1, 5000)).scaleb(-2)))
    if chance.random() < 0.3:
        allowances.append(AllowanceInput(True, amount=unit * chance.randrange(1, 5000)))
    options: dict[str, Any] = {"tax_rounding": chance.choice(["document", "document", "line"])}
    if chance.random() < 0.2:
        options["cash_unit"] = unit * chance.choice([5, 10, 100])
    buyer = VAT_BUYER if taxes in ([AE0], [K0]) else {}
    day = dt.date(2026, 1, 1) + dt.timedelta(days=chance.randrange(700))
    return snapshot(
        lines, allowances, currency=currency, gross=chance.random() < 0.3, options=options, issue_date=day.isoformat(),
        supply_to=day.isoformat(), kind=chance.choice(["invoice", "invoice", "credit_note"]), fx=None if currency == "EUR" else FX,
        buyer=buyer, due=[{"due_on": (day + dt.timedelta(days=14)).isoformat(), "amount": "0"}],
    )  # fmt: skip


def _random_line(chance: random.Random, taxes: Sequence[Tax], unit: Decimal) -> LineInput:
    price = Decimal(chance.randrange(0, 10**7)).scaleb(-chance.choice([2, 2, 4, 6]))
    quantity = Decimal(chance.randrange(1, 10**5)).scaleb(-chance.randrange(0, 4))
    discount: dict[str, Decimal] = {}
    if chance.random() < 0.3:
        discount = {"discount_percent": Decimal(chance.randrange(0, 10001)).scaleb(-2)}
    elif chance.random() < 0.2:
        discount = {"discount_amount": (quantity * price / 3) // unit * unit}
    return LineInput(quantity, price, taxes=(chance.choice(taxes),), **discount)
