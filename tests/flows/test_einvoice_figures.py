"""Figures in UBL = figures in CII = figures in the snapshot, to the last digit, for random documents (FAULTS 25)."""

import random
from decimal import Decimal
from typing import Any

from billing.documents.einvoice import cii, ubl
from billing.documents.received.stated import read_xml
from invoicing_site.errors import BusinessError
from tests.helpers.einvoices import random_snapshot
from tests.together import size

TOTALS = ("net", "tax", "total", "prepaid", "rounding", "payable")
SYNTAX = ("syntax", "customization")


def taxes(rows: list[dict[str, Any]]) -> dict[tuple[str, Decimal], tuple[Decimal, Decimal]]:
    return {
        (row["category"], Decimal(row["rate"] or "0")): (Decimal(row["base"]), Decimal(row["amount"])) for row in rows
    }


def test_both_syntaxes_say_what_the_snapshot_says() -> None:
    chance, looked = random.Random(20261122), 0
    for _ in range(size(500, 20_000)):
        try:
            facts, parties = random_snapshot(chance)
        except BusinessError:
            continue
        first, second = read_xml(ubl(facts, parties)), read_xml(cii(facts, parties))
        for tax in first["taxes"]:
            tax["rate"] = tax["rate"] if tax["category"] != "O" else ""
        if first["type_code"] == "381" and not Decimal(facts["payable"]):  # UBL has no place for its day
            second["due_date"] = ""
        assert {name: value for name, value in first.items() if name not in SYNTAX} == {
            name: value for name, value in second.items() if name not in SYNTAX
        }
        assert {name: first[name] for name in TOTALS} == {name: facts[name] for name in TOTALS}
        assert taxes(first["taxes"]) == taxes(facts["tax_totals"])
        inside = facts["prices_include_tax"]
        nets = [row["net" if inside else "amount"] for row in facts["lines"]]
        assert [row["net"] for row in first["lines"]] == nets
        spread = {True: Decimal(0), False: Decimal(0)}
        for item in first["allowances"]:
            spread[item["is_charge"]] += Decimal(item["amount"])
        stated = (Decimal(0), Decimal(0)) if inside else (Decimal(facts["charges"]), Decimal(facts["discounts"]))
        assert (spread[True], spread[False]) == stated
        looked += 1
    assert looked > 400
