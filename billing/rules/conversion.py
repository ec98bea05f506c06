"""From what a received e-invoice states to a draft that counts to the same amounts, to the cent. Pure.

Issuers' figures do not always follow from each other: where quantity × price is not the stated net, the line becomes one piece at its
net, and says in words what it was. If no way of writing the document gives the stated totals, it is refused with the amount that differs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from billing.rules.draft import Draft, DraftAllowance, DraftLine, to_input
from billing.rules.totals import Tax, Totals, compute
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, quantum

Stated = Mapping[str, Any]
SIX = Decimal("0.000001")
DESCRIPTION = 2000
REFERENCE = 60
CREDIT_NOTE = "381"


def draft_of(stated: Stated, client_id: int, language: str, taxes: Mapping[int, Tax]) -> Draft:
    """A draft for the client whose net, tax and total, in all and for each rate, and whose line nets are those stated.

    `taxes` are the company's on the tax point, by id. Tries discounts and charges as such and as lines of their own, and tax rounded once
    and by line. Raises received.credit_note, received.no_tax at the missing category and rate, received.cannot_keep with the amount that
    differs, currency.unknown, and what `compute` raises.
    """
    if stated["type_code"] == CREDIT_NOTE:
        raise BusinessError("received.credit_note")
    unit = quantum(stated["currency"])
    with localcontext(EXACT):
        lines = tuple(_line(row, unit, taxes) for row in stated["lines"])
        apart = [_share(item, taxes) for item in stated["allowances"]]
        differing = None
        for way in _ways(lines, stated["allowances"], apart):
            for rounding in ("document", "line"):
                draft = Draft(
                    client_id, stated["currency"], language=language, tax_rounding=rounding, **way, **_header(stated)
                )
                totals = compute(to_input(draft, taxes))
                found = _difference(stated, totals)
                if found is None:
                    return draft
                differing = differing or found
    assert differing is not None
    raise BusinessError("received.cannot_keep", **differing)


def not_kept(stated: Stated) -> list[str]:
    """Names of stated amounts a draft has no place for: what was prepaid, and the rounding of what is to pay."""
    return [name for name in ("prepaid", "rounding") if stated[name] and Decimal(stated[name])]


def _ways(
    lines: tuple[DraftLine, ...], allowances: Sequence[Stated], apart: Sequence[DraftLine]
) -> Iterator[dict[str, Any]]:
    if all(Decimal(item["amount"]) >= 0 for item in allowances):
        kept = tuple(
            DraftAllowance(item["reason"][:120], item["is_charge"], amount=Decimal(item["amount"]))
            for item in allowances
            if Decimal(item["amount"])
        )
        yield {"lines": lines, "allowances": kept}
    if apart:
        yield {"lines": (*lines, *apart)}


def _line(row: Stated, unit: Decimal, taxes: Mapping[int, Tax]) -> DraftLine:
    net = Decimal(row["net"] or "0")
    if net % unit:
        raise BusinessError("received.cannot_keep", what="line", stated=str(net), counted=str(net.quantize(unit)))
    words = "\n".join(text for text in (row["name"], row["description"]) if text) or row["sku"] or "–"
    common: dict[str, Any] = {"tax_codes": _tax(row, taxes), "sku": row["sku"][:40], **_service(row["period"])}
    counted = _as_counted(row, net, unit)
    if counted is not None:
        return DraftLine(words[:DESCRIPTION], unit=_unit(row["unit"]), **counted, **common)
    told = " × ".join(text for text in (f"{row['quantity']} {row['unit']}".strip(), row["price"]) if text)
    sign = -1 if net < 0 else 1
    return DraftLine(f"{words[: DESCRIPTION - 80]}\n{told[:79]}", Decimal(sign), abs(net), **common)


def _as_counted(row: Stated, net: Decimal, unit: Decimal) -> dict[str, Any] | None:
    """Quantity, price and discount, where they lead to `net`; None where they do not."""
    quantity, per = Decimal(row["quantity"] or "1"), Decimal(row["per"] or "1")
    if not per or not row["price"]:
        return None
    with localcontext() as context:
        context.prec = 40
        price = Decimal(row["price"]) / per
    gross = (quantity * price).quantize(unit, ROUND_HALF_UP)
    discount = sum((Decimal(item["amount"]) for item in row["adjustments"] if not item["is_charge"]), ZERO)
    if any(item["is_charge"] for item in row["adjustments"]) or price < 0 or gross - discount != net:
        return None
    fits = quantity == quantity.quantize(SIX) and price == price.quantize(SIX) and not discount % unit
    if not fits or not 0 <= discount <= max(gross, ZERO):
        return None
    return {"quantity": quantity, "unit_price": price, "discount_amount": discount}


def _share(item: Stated, taxes: Mapping[int, Tax]) -> DraftLine:
    """A discount or charge as a line of its own, under the tax it names."""
    amount = Decimal(item["amount"] or "0")
    sign = 1 if item["is_charge"] == (amount >= 0) else -1
    return DraftLine(item["reason"] or "–", Decimal(sign), abs(amount), tax_codes=_tax(item, taxes))


def _tax(row: Stated, taxes: Mapping[int, Tax]) -> tuple[int, ...]:
    category, rate = row["category"], Decimal(row["rate"] or "0")
    if category in ("", "O"):
        return next(((key,) for key, tax in taxes.items() if tax.category == "O"), ())
    for key, tax in taxes.items():
        if (tax.category, tax.rate) == (category, rate) and not tax.compound:
            return (key,)
    raise BusinessError("received.no_tax", category=category, rate=rate)


def _service(period: Sequence[str]) -> dict[str, dt.date | None]:
    first, last = (dt.date.fromisoformat(day) if day else None for day in (*period, "", "")[:2])
    return {"service_from": first, "service_to": last}


def _unit(code: str) -> str:
    return code if 2 <= len(code) <= 3 and code.isascii() and code.isalnum() else "C62"


def _header(stated: Stated) -> dict[str, Any]:
    """References, the time of supply and the term; the draft's own date is the day it is issued."""
    first, last = (*stated["period"], "", "")[:2]
    last = last or stated["delivered_on"]
    days = 14
    if stated["due_date"] and stated["issue_date"]:
        days = (dt.date.fromisoformat(stated["due_date"]) - dt.date.fromisoformat(stated["issue_date"])).days
    return {
        **{
            name: stated[name][:REFERENCE]
            for name in ("buyer_reference", "purchase_order", "contract", "delivery_note")
        },
        "supply_from": dt.date.fromisoformat(first) if first else None,
        "supply_to": dt.date.fromisoformat(last) if last else None,
        "net_days": min(max(days, 0), 3650),
        "notes": stated["notes"],
    }


def _difference(stated: Stated, totals: Totals) -> dict[str, str] | None:
    """The first stated amount that the draft would not have."""
    pairs = [(name, Decimal(stated[name]), getattr(totals, name)) for name in ("net", "tax", "total") if stated[name]]
    counted: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    for part in totals.tax_totals:
        base, amount = counted.get((part.category, part.rate), (ZERO, ZERO))
        counted[part.category, part.rate] = base + part.base, amount + part.amount
    for tax in stated["taxes"]:
        base, amount = counted.get((tax["category"] or "O", Decimal(tax["rate"] or "0")), (ZERO, ZERO))
        pairs += [("tax", Decimal(tax["amount"] or "0"), amount), ("net", Decimal(tax["base"] or "0"), base)]
    for name, wanted, got in pairs:
        if wanted != got:
            return {"what": name, "stated": str(wanted), "counted": str(got)}
    return None
