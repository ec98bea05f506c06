"""What was billed, as the snapshot keeps it: every figure as a string at its currency's minor unit (SPEC B13)."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from billing.documents.layouts import chosen
from billing.documents.source import Source, Sources, opened
from billing.documents.verify import verify_fact
from billing.rules.reference import reference_for
from billing.rules.terms import Due, Early
from billing.rules.totals import Totals
from billing.states import OFFERS, Kind
from invoicing_site.money import convert, quantum

COPIED = (
    "kind", "uuid", "supply_from", "currency", "language", "prices_include_tax", "net_days",
    "purchase_order", "contract", "delivery_note", "introduction", "valid_until", "tax_rounding",
)  # fmt: skip
FIGURES = ("lines_amount", "discounts", "charges", "net", "tax", "total", "prepaid", "rounding", "payable")
LINKS = {"corrects": "corrects_id", "replaces": "replaces_id", "follows": "follows_id"}

FRENCH_OPERATION = dt.date(2026, 9, 1)

Money = Callable[[Decimal], str]


def facts(
    source: Source,
    sources: Sources,
    totals: Totals,
    *,
    number: str | None,
    issue_date: dt.date,
    due: list[Due],
    rate: Decimal,
    early: Early | None = None,
) -> dict[str, Any]:
    """What was billed. `number` is None for the preview of a draft; `rate` is base currency for one unit of the document's."""
    document, currency = source.document, source.document["currency"]

    def money(amount: Decimal) -> str:
        return str(amount.quantize(quantum(currency)))

    return {
        "schema": 2,
        "number": number,
        "issue_date": issue_date.isoformat(),
        "due": [{"due_on": item.due_on.isoformat(), "amount": money(item.amount)} for item in due],
        "payment_reference": _reference(source, number) if number else None,
        **{name: document[name] for name in COPIED},
        "buyer_reference": document["buyer_reference"] or source.client["buyer_reference"],
        **{name: _related(source, document[column]) for name, column in LINKS.items()},
        "reason": {"code": document["reason_code"], "text": document["reason"]},
        # The law wants the day of supply stated even where it is the document's own (Art. 226 no. 7 of Directive 2006/112/EC).
        "supply_to": document["supply_to"] or document["supply_from"] or _supplied(document, issue_date),
        "notes": document["notes"] or sources.company["document_notes"],
        "lines": _lines(source, totals, money),
        "allowances": _allowances(source, totals, money),
        **{name: money(getattr(totals, name)) for name in FIGURES},
        "cash_unit": plain(document["cash_unit"]),
        "withholding": {"percent": plain(document["withholding_percent"]), "amount": money(totals.withheld)}
        if totals.withheld
        else None,
        "deposits": [_deposit(row, money) for row in source.deposits],
        "tax_totals": _taxes(source, totals, money),
        "fx": _fx(source, sources, totals, rate),
        "tax_fx": _tax_fx(source, sources, totals),
        "project": "",
        "terms": "",
        "term": {"kind": document["term"], "days": document["net_days"], "day": document["term_day"]},
        "early": _early(early, money),
        "small_business": sources.company["small_business"],
        **_operation(source, sources, issue_date),
        "verify": verify_fact(uuid.UUID(document["uuid"])) if number else None,
        "engine": document["tax_engine"],
        "attachments": source.attachments,
        "calculation_version": totals.calculation_version,
        "template": chosen(sources.layouts, document["language"]),
        "logo": sources.logo,
    }


def _reference(source: Source, number: str) -> str:
    """By which its payment is told: as the account it is asked for on takes it."""
    bank = source.bank
    return reference_for(number, opened(bank["iban"], "bank.iban") if bank else "")


def _operation(source: Source, sources: Sources, issue_date: dt.date) -> dict[str, str]:
    """French invoices name the category of what is supplied, from September 2026 (art. 242 nonies A annexe II CGI)."""
    if sources.company["country"] != "FR" or issue_date < FRENCH_OPERATION or not source.kinds:
        return {}
    goods = "goods" in source.kinds
    return {"operation": "mixed" if goods and len(source.kinds) > 1 else "goods" if goods else "services"}


def plain(value: Decimal) -> str:
    """Without trailing zeros or an exponent: 2.500000 → 2.5, 1E+1 → 10."""
    return format(value.normalize(), "f")


def _related(source: Source, key: int | None) -> dict[str, Any] | None:
    """Another document this one names: never its content, which has a snapshot of its own."""
    if key is None:
        return None
    return {name: source.related[key][name] for name in ("uuid", "kind", "number", "issue_date")}


def _supplied(document: dict[str, Any], issue_date: dt.date) -> str | None:
    """Nothing is supplied by an offer, or by asking for a deposit."""
    return None if document["kind"] in (*OFFERS, Kind.DEPOSIT) else issue_date.isoformat()


def _deposit(row: dict[str, Any], money: Money) -> dict[str, Any]:
    """A deposit taken off, with the tax that was asked for in it (§ 14 Abs. 5 Satz 2 UStG)."""
    return {
        **{name: row[name] for name in ("uuid", "number", "issue_date")},
        **{name: money(row[name]) for name in ("net", "tax", "total")},
        "tax_totals": [
            {
                "category": part["category"],
                "rate": plain(part["rate"]),
                "base": money(part["base"]),
                "amount": money(part["amount"]),
            }
            for part in row["tax_totals"] or []
        ],
    }


def _early(early: Early | None, money: Money) -> dict[str, Any] | None:
    if early is None:
        return None
    return {
        "percent": plain(early.percent),
        "until": early.until.isoformat(),
        "discount": money(early.discount),
        "amount": money(early.amount),
    }


def _allowances(source: Source, totals: Totals, money: Money) -> list[dict[str, Any]]:
    return [
        {
            "is_charge": item.is_charge,
            "description": row["description"],
            "percent": plain(item.percent) if item.percent is not None else None,
            "amount": money(item.amount),
            "taxes": [
                {"category": tax.category, "rate": plain(tax.rate), "amount": money(tax.amount)} for tax in item.taxes
            ],
        }
        for row, item in zip(source.allowances, totals.allowances, strict=True)
    ]


def _lines(source: Source, totals: Totals, money: Money) -> list[dict[str, Any]]:
    names = {row["code"]: row["name"] for row in source.codes.values()}
    compound = {row["code"] for row in source.codes.values() if row["is_compound"]}
    return [
        {
            "position": position,
            "sku": row["sku"],
            "description": row["description"],
            "quantity": plain(row["quantity"]),
            "unit": row["unit"],
            "unit_price": plain(row["unit_price"]),
            "discount_percent": plain(row["discount_percent"]),
            "discount": money(figure.discount),
            "gross": money(figure.gross),
            "amount": money(figure.amount),
            "allowance_share": money(figure.allowance_share),
            "net": money(figure.net),
            "taxes": [
                {
                    "code": tax.code,
                    "name": names.get(tax.code, ""),
                    "category": tax.category,
                    "rate": plain(tax.rate),
                    "base": money(tax.base),
                    "amount": money(tax.amount),
                    "compound": tax.code in compound,
                }
                for tax in figure.taxes
                if tax.code in names
            ],
            "service_from": row["service_from"],
            "service_to": row["service_to"],
            "cost_center": row["cost_center"],
        }
        for position, (row, figure) in enumerate(zip(source.lines, totals.lines, strict=True), start=1)
    ]


def _taxes(source: Source, totals: Totals, money: Money) -> list[dict[str, Any]]:
    by_code = {row["code"]: row for row in source.codes.values()}
    return [
        {
            "code": part.code,
            "name": part.name,
            "category": part.category,
            "rate": plain(part.rate),
            "base": money(part.base),
            "amount": money(part.amount),
            "reason": by_code[part.code]["reason"] if part.code in by_code else "",
            "reason_code": by_code[part.code]["reason_code"] if part.code in by_code else "",
        }
        for part in totals.tax_totals
    ]


def _fx(source: Source, sources: Sources, totals: Totals, rate: Decimal) -> dict[str, Any] | None:
    base = sources.company["currency"]
    if source.document["currency"] == base or source.fx is None:
        return None
    return _converted(totals, rate, base, [source.fx])


def _tax_fx(source: Source, sources: Sources, totals: Totals) -> dict[str, Any] | None:
    """In the seller's tax currency; dated as the older of the two rates it comes from."""
    rate, kept = sources.tax_rate(source), source.tax_fx
    if rate is None or kept is None:
        return None
    rates = [kept] if "frozen" in kept else sources.rates_used(source)
    return _converted(totals, rate, sources.tax_currency(source), rates)


def _converted(totals: Totals, rate: Decimal, currency: str, rates: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "base_currency": currency,
        "rate": plain(rate),
        "rate_date": min(row["rate_date"] for row in rates),
        "source": " / ".join(dict.fromkeys(row["source"] for row in rates)),
        "net": str(convert(totals.net, rate, currency)),
        "tax": str(sum((convert(part.amount, rate, currency) for part in totals.tax_totals), Decimal(0))),
        "total": str(convert(totals.total, rate, currency)),
    }
