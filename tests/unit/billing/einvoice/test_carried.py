"""What an e-invoice cannot say is refused at the field; and every rule has a field."""

from decimal import Decimal
from typing import Any

import pytest

from billing.documents.einvoice import ubl
from billing.rules.einvoice import field_of, refusals
from billing.rules.totals import LineInput
from tests.helpers.einvoices import O0, S7, S19, line, off, snapshot


def found(facts: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in refusals(facts)]


def test_an_ordinary_document_is_carried() -> None:
    assert refusals(snapshot([line(), line("2", "3", S7)], [off("3")])[0]) == []


def test_two_taxes_on_a_line() -> None:
    facts, _ = snapshot([line(), LineInput(Decimal(1), Decimal(5), taxes=(S19, S7))])
    assert found(facts) == [("einvoice.two_taxes", "lines.1.tax_codes")]


def test_outside_the_scope_beside_taxed() -> None:
    assert found(snapshot([line(), line("1", "5", O0)])[0]) == [("einvoice.outside_mixed", "lines")]


def test_withholding_foreign_units_and_files() -> None:
    assert found(snapshot([line()], withholding={"percent": "15", "amount": "15.00"})[0]) == [
        ("einvoice.withholding", "withholding_percent")
    ]
    assert found(snapshot([line()], currency="KWD")[0]) == [("einvoice.currency", "currency")]
    file = {"name": "x.exe", "media_type": "application/octet-stream", "sha256": "0"}
    assert found(snapshot([line()], attachments=[file])[0]) == [("einvoice.attachment", "attachments")]


def test_a_discount_that_touches_no_tax() -> None:
    facts, _ = snapshot([line()], [off("3")])
    facts["allowances"][0]["taxes"] = []
    assert found(facts) == [("einvoice.allowance_tax", "allowances.0")]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("PEPPOL-EN16931-R003", "buyer_reference"), ("BR-CO-15", "lines"), ("BR-02", None), ("BR-AE-02", "client.tax_ids"),
        ("BR-AE-08", "lines"), ("BR-S-02", "company.vat_id"), ("BR-S-08", "lines"), ("PEPPOL-COMMON-R040", "client.endpoint"),
        ("BR-CO-25", "net_days"), ("FX-SCH-A-000124", "lines"), ("BR-IC-12", "client.country"),
    ],
)  # fmt: skip
def test_rules_lead_to_fields(rule: str, field: str | None) -> None:
    assert field_of(rule) == field


def test_older_snapshots_are_read() -> None:
    """Schema 1 does not say which taxes a discount touches: with one tax that is plain, with several the lines bear it."""
    facts, parties = snapshot([line("2", "50")], [off("10")])
    del facts["allowances"][0]["taxes"]
    facts["schema"] = 1
    for name in (
        "prepaid",
        "rounding",
        "payable",
        "deposits",
        "corrects",
        "replaces",
        "reason",
        "attachments",
        "early",
    ):
        del facts[name]
    xml = ubl(facts, parties).decode()
    assert '<cbc:AllowanceTotalAmount currencyID="EUR">10.00<' in xml
    facts["lines"] *= 2
    facts["tax_totals"].append(facts["tax_totals"][0] | {"category": "Z", "rate": "0"})
    xml = ubl(facts, parties).decode()
    assert '<cbc:AllowanceTotalAmount currencyID="EUR">0.00<' in xml
    assert '<cbc:LineExtensionAmount currencyID="EUR">90.00<' in xml


def test_an_unknown_schema_is_not_guessed() -> None:
    facts, parties = snapshot([line()])
    with pytest.raises(ValueError, match="schema"):
        ubl(facts | {"schema": 3}, parties)


def test_characters_xml_has_no_place_for_are_left_out() -> None:
    facts, parties = snapshot([line()], notes="a\x00b\x0bc\ufffe\U0001f600")
    assert "abc\U0001f600" in ubl(facts, parties).decode()
