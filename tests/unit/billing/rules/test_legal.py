"""The legal minimum, requirement by requirement (SPEC B18)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.rules.legal import TABLE, Facts, missing, siren

DAY = dt.date(2026, 11, 20)
SIREN = "732 829 320"
COMPLETE = {
    "DE": Facts("DE", DAY, vat_id="DE136695976", total=Decimal(1190), buyer_country="DE"),
    "AT": Facts("AT", DAY, vat_id="ATU13585627", total=Decimal(1200), buyer_country="AT"),
    "IT": Facts("IT", DAY, vat_id="IT00743110157", total=Decimal(50), buyer_country="IT"),
    "FR": Facts(
        "FR", DAY, vat_id="FR40303265045", register=f"SARL au capital de 10 000 € · RCS Paris {SIREN}",
        buyer_country="FR", buyer_ids=(("VAT", f"FR44{SIREN.replace(' ', '')}"),),
        texts="Pénalités de retard : trois fois le taux légal. Indemnité forfaitaire de 40 €.",
    ),
    "ES": Facts(
        "ES", DAY, tax_number="B58818501", total=Decimal(1210), buyer_country="ES", buyer_ids=(("TAX", "B58818501"),)
    ),
    "GB": Facts("GB", DAY, vat_id="GB980780684", currency="GBP", total=Decimal(120), buyer_country="GB", charged=True),
    "CH": Facts("CH", DAY, vat_id="CHE107787577MWST", currency="CHF", buyer_country="CH", charged=True),
    "NO": Facts("NO", DAY, vat_id="NO995525828MVA", currency="NOK", buyer_country="NO", charged=True),
    "JP": Facts("JP", DAY, tax_number="T7000012050002", currency="JPY", buyer_country="JP", charged=True),
    "US": Facts("US", DAY, currency="USD", buyer_country="US", charged=True),
    "KW": Facts("KW", DAY, currency="KWD", buyer_country="KW"),
}  # fmt: skip

# what is wrong with a complete document → what is asked for, and at which field
BROKEN: dict[str, tuple[str, dict[str, Any], list[tuple[str, str | None]]]] = {
    "no buyer address": ("DE", {"buyer_country": ""}, [("document.client_address", "client")]),
    "no buyer address in the USA": ("US", {"buyer_country": ""}, [("document.client_address", "client")]),
    "no seller id in Germany": ("DE", {"vat_id": ""}, [("document.seller_tax_id", None)]),
    "no VAT id in Austria": ("AT", {"vat_id": "", "tax_number": "98/123"}, [("document.seller_vat_id", "company.vat_id")]),
    "no VAT id in Italy, however small": ("IT", {"vat_id": ""}, [("document.seller_vat_id", "company.vat_id")]),
    "no id at all in Spain": ("ES", {"tax_number": ""}, [("document.seller_tax_id", None)]),
    "intra-Community without VAT id": (
        "DE", {"categories": frozenset("K"), "buyer_ids": (("TAX", "1"),)}, [("document.vat_id_missing", "client.tax_ids")]
    ),
    "reverse charge without id": ("DE", {"categories": frozenset({"AE"})}, [("document.tax_id_missing", "client")]),
    "reverse charge with a certificate of exemption alone": (
        "DE", {"categories": frozenset({"AE"}), "buyer_ids": (("CERT", "4711"),)}, [("document.tax_id_missing", "client")]
    ),
    "no reason": ("DE", {"unreasoned": ("EXEMPT",)}, [("document.reason_missing", None)]),
    "small business charges": (
        "DE", {"small_business": True, "charged": True}, [("document.small_business_tax", "lines")]
    ),
    "large sale in Austria": ("AT", {"total": Decimal("10000.01")}, [("legal.at_client_vat", "client.tax_ids")]),
    "no register in France": ("FR", {"register": "RCS Paris"}, [("legal.fr_register", "company.register")]),
    "no penalties in France": ("FR", {"texts": "Merci !"}, [("legal.fr_penalties", "notes")]),
    "no flat sum in France": ("FR", {"texts": "Pénalités : 3 × le taux légal (140 %)"}, [("legal.fr_penalties", "notes")]),
    "client without SIREN": ("FR", {"buyer_ids": (("VAT", "FR40303265046"),)}, [("legal.fr_client_siren", "client.tax_ids")]),
    "client without NIF": ("ES", {"buyer_ids": ()}, [("legal.es_client_nif", "client.tax_ids")]),
    "tax without GB number": ("GB", {"vat_id": "DE136695976"}, [("legal.gb_vat", "company.vat_id")]),
    "tax without UID": ("CH", {"vat_id": "CHE107787577"}, [("legal.ch_uid", "company.vat_id")]),
    "tax without MVA": ("NO", {"vat_id": ""}, [("legal.no_mva", "company.vat_id")]),
    "tax without T number": ("JP", {"tax_number": "7000012050002"}, [("legal.jp_number", "company.tax_number")]),
}  # fmt: skip


@pytest.mark.parametrize("country", COMPLETE)
def test_complete_document_lacks_nothing(country: str) -> None:
    assert missing(COMPLETE[country]) == []


@pytest.mark.parametrize("case", BROKEN)
def test_what_lacks_is_asked_for_at_its_field(case: str) -> None:
    country, changes, expected = BROKEN[case]
    found = missing(replace(COMPLETE[country], **changes))
    assert [(row.code, row.field) for row in found] == expected
    assert all(row.law for row in found)


def test_every_requirement_is_broken_above() -> None:
    asked = {(BROKEN[case][0], code) for case in BROKEN for code, _field in BROKEN[case][2]}
    codes = {code for _country, code in asked}
    assert {row.code for row in TABLE} == codes


@pytest.mark.parametrize(
    ("country", "changes"),
    [
        ("DE", {"total": Decimal(250), "vat_id": "", "buyer_country": ""}),
        ("AT", {"total": Decimal(400), "vat_id": "", "buyer_country": ""}),
        ("ES", {"total": Decimal(400), "buyer_country": "", "buyer_ids": ()}),
        ("GB", {"vat_id": "", "charged": False}),
        ("CH", {"vat_id": "", "charged": False}),
        ("JP", {"tax_number": "", "vat_id": "T7000012050002"}),
        ("FR", {"business": False, "buyer_ids": (), "texts": ""}),
        ("IT", {"vat_id": "", "small_business": True, "tax_number": "RSSMRA80A01H501U"}),
        ("DE", {"categories": frozenset({"K"}), "buyer_ids": (("VAT", "FR40303265045"),)}),
    ],
)
def test_what_the_law_does_not_ask_is_not_asked(country: str, changes: dict[str, Any]) -> None:
    assert missing(replace(COMPLETE[country], **changes)) == []


def test_small_invoice_is_no_way_out_of_reverse_charge() -> None:
    small = replace(COMPLETE["DE"], total=Decimal(100), buyer_country="", categories=frozenset({"AE"}))
    assert [row.code for row in missing(small)] == ["document.client_address", "document.tax_id_missing"]


def test_small_in_another_currency_is_not_small() -> None:
    assert [row.code for row in missing(replace(COMPLETE["DE"], currency="USD", total=Decimal(9), vat_id=""))] == [
        "document.seller_tax_id"
    ]


@pytest.mark.parametrize(("country", "day"), [("FR", dt.date(2026, 8, 31)), ("JP", dt.date(2023, 9, 30))])
def test_a_requirement_begins_on_its_day(country: str, day: dt.date) -> None:
    bare = replace(COMPLETE[country], buyer_ids=(), tax_number="")
    assert missing(replace(bare, day=day)) == []
    assert missing(bare) != []


def test_siren_and_siret() -> None:
    assert [siren(text) for text in ("732 829 320", "RCS Paris 732829320", "73282932000074", "732829321", "12")] == [
        True, True, True, False, False,
    ]  # fmt: skip
