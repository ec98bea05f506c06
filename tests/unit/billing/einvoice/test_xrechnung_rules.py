"""XRechnung's national rules, one test each; nothing else is found, and a document that follows them all has none."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.documents.einvoice import PROFILES, cii, ubl
from billing.rules.xrechnung import problems
from tests.helpers.einvoices import O0, Parts, line, snapshot
from tests.helpers.papers import BUYER, SELLER, address

BANK = SELLER["bank"]


def of(**change: Any) -> Callable[[], Parts]:
    def make() -> Parts:
        facts, parties = snapshot([line()], terms="")
        for path, value in change.items():
            part, _, name = path.partition("__")
            target = facts if part == "facts" else parties[part]
            target[name] = value
        return facts, parties

    return make


HERE = SELLER["address"]
BROKEN = {
    "einvoice.br_de_1": ("bank_account", of(seller__bank=None)),
    "einvoice.br_de_3": ("company.city", of(seller__address=HERE | {"city": ""})),
    "einvoice.br_de_4": ("company.postcode", of(seller__address=HERE | {"postcode": ""})),
    "einvoice.br_de_5": ("company.contact_name", of(seller__contact_name="")),
    "einvoice.br_de_6": ("company.phone", of(seller__phone="")),
    "einvoice.br_de_7": ("company.email", of(seller__email="")),
    "einvoice.br_de_8": ("client.city", of(buyer__address=BUYER["address"] | {"city": ""})),
    "einvoice.br_de_9": ("client.postcode", of(buyer__address=BUYER["address"] | {"postcode": ""})),
    "einvoice.br_de_10": ("client.city", of(buyer__delivery_address=address("Kai 1", "20457", "", "DE"))),
    "einvoice.br_de_11": ("client.postcode", of(buyer__delivery_address=address("Kai 1", "", "Hamburg", "DE"))),
    "einvoice.br_de_15": ("buyer_reference", of(facts__buyer_reference="")),
    "einvoice.br_de_16": ("company.vat_id", of(seller__tax_ids=[])),
    "einvoice.br_de_18": ("net_days", of(facts__terms="Soon.\n#SKONTO#TAGE=7#PROZENT=2#")),
    "einvoice.br_de_19": ("bank_account", of(seller__bank=BANK | {"iban": "DE00370400440532013000"})),
    "einvoice.br_de_22": (
        "attachments",
        of(facts__attachments=[{"name": name, "media_type": "text/csv", "sha256": "0"} for name in ("a.csv", "A.csv")]),
    ),
    "einvoice.br_de_27": ("company.phone", of(seller__phone="+4")),
    "einvoice.br_de_28": ("company.email", of(seller__email="a@b.example")),
    "einvoice.no_endpoint": ("client.endpoint", of(buyer__endpoint={"scheme": "", "value": ""}, buyer__email="")),
}


@pytest.mark.parametrize("code", BROKEN)
def test_broken_rule_is_found_at_its_field(code: str) -> None:
    field, make = BROKEN[code]
    assert [(found.code, found.field) for found in problems(*make())] == [(code, field)]


def test_a_right_document_breaks_none() -> None:
    assert problems(*of()()) == []
    assert problems(*of(facts__terms="#SKONTO#TAGE=7#PROZENT=2.00#BASISBETRAG=11.90#")()) == []
    assert problems(*of(buyer__delivery_address=address("Kai 1", "20457", "Hamburg", "DE"))()) == []


def test_without_tax_no_tax_id_is_asked_for() -> None:
    facts, parties = snapshot([line("1", "100", O0)], seller={"tax_ids": []})
    assert problems(facts, parties) == []


def test_an_account_without_iban_will_do() -> None:
    bank = BANK | {"iban": "", "account_number": "12345678"}
    assert problems(*of(seller__bank=bank)()) == []


@pytest.mark.parametrize("write", [ubl, cii])
def test_what_the_writer_holds_by_construction(write: Any) -> None:
    """BR-DE-14, BR-DE-17, BR-DE-18, BR-DE-21 and the electronic addresses."""
    german = PROFILES["xrechnung"]
    outside = write(*snapshot([line("1", "100", O0)], buyer={"endpoint": {"scheme": "", "value": ""}}), german).decode()
    rate = {"ubl": "<cbc:Percent>0</cbc:Percent>", "cii": "<ram:RateApplicablePercent>0</ram:RateApplicablePercent>"}
    assert outside.count(rate[write.__name__]) == 1
    assert "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0" in outside
    assert 'schemeID="EM">buchhaltung@alster.example<' in outside
    for kind in ("debit_note", "deposit_invoice"):
        assert "Code>380<" in write(*snapshot([line()], kind=kind), german).decode()
    early = {"percent": "2.5", "until": "2026-11-30", "discount": "2.98", "amount": "116.02"}
    assert "#SKONTO#TAGE=10#PROZENT=2.50#\n" in write(*snapshot([line()], early=early), german).decode()
