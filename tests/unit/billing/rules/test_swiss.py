"""The code of the Swiss QR-bill, field by field (SIX, Implementation Guidelines QR-bill 2.3, section 4)."""

from decimal import Decimal
from typing import Any

import pytest

from billing.rules.swiss import Party, is_qr_iban, is_swiss, payload, reference_type, split_street

QR_IBAN, IBAN = "CH4431999123000889012", "CH5800791123000889012"
QRR, SCOR = "210000000003139471430009017", "RF18539007547034"
CREDITOR = Party("Robert Schneider AG", "Rue du Lac 1268", "2501", "Biel", "CH")
DEBTOR = Party("Pia-Maria Rutschmann-Schnyder", "Grosse Marktgasse 28", "9400", "Rorschach", "CH")


def code(**changes: Any) -> str | None:
    given: dict[str, Any] = {
        "iban": QR_IBAN, "creditor": CREDITOR, "debtor": DEBTOR, "amount": Decimal("1949.75"), "currency": "CHF",
        "reference": QRR, "message": "Order of 15.06.2026",
    }  # fmt: skip
    return payload(**(given | changes))


def test_the_whole_payload_of_the_guidelines_example() -> None:
    assert code() == (
        "SPC\n0200\n1\nCH4431999123000889012\n"
        "S\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\nCH\n"
        "\n\n\n\n\n\n\n"
        "1949.75\nCHF\n"
        "S\nPia-Maria Rutschmann-Schnyder\nGrosse Marktgasse\n28\n9400\nRorschach\nCH\n"
        f"QRR\n{QRR}\nOrder of 15.06.2026\nEPD"
    )


def test_an_ordinary_account_takes_a_creditor_reference_or_none() -> None:
    plain = (code(iban=IBAN, reference=SCOR) or "").split("\n")
    assert plain[27:29] == ["SCOR", SCOR]
    bare = (code(iban=IBAN, reference="") or "").split("\n")
    assert bare[27:29] == ["NON", ""]


@pytest.mark.parametrize(("iban", "reference"), [(QR_IBAN, SCOR), (QR_IBAN, ""), (IBAN, QRR)])
def test_account_and_reference_must_go_together(iban: str, reference: str) -> None:
    assert reference_type(iban, reference) is None
    assert code(iban=iban, reference=reference) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"iban": "DE89370400440532013000", "reference": SCOR},
        {"currency": "USD"},
        {"amount": Decimal("0.00")},
        {"amount": Decimal("1000000000.00")},
        {"creditor": Party("", "Rue du Lac 1268", "2501", "Biel", "CH")},
        {"creditor": Party("Robert Schneider AG", "", "", "Biel", "CH")},
    ],
)
def test_what_the_standard_has_no_bill_for(changes: dict[str, Any]) -> None:
    assert code(**changes) is None


@pytest.mark.parametrize("debtor", [None, Party("Nameless", "", "", "", "")])
def test_an_unknown_payer_is_left_open(debtor: Party | None) -> None:
    assert (code(debtor=debtor) or "").split("\n")[20:27] == [""] * 7


def test_euro_and_liechtenstein_are_taken() -> None:
    assert is_swiss("LI21088100002324013AA")
    assert not is_qr_iban("LI21088100002324013AA")
    lines = (code(iban="LI21088100002324013AA", reference="", currency="EUR", amount=Decimal("0.01")) or "").split("\n")
    assert lines[18:20] == ["0.01", "EUR"]


@pytest.mark.parametrize(
    ("iban", "is_one"),
    [("CH4430000123000889012", True), ("CH4431999123000889012", True), ("CH4429999123000889012", False),
     ("CH4432000123000889012", False), ("DE44300001230008890120", False)],
)  # fmt: skip
def test_qr_ibans_have_institutions_of_their_own(iban: str, is_one: bool) -> None:
    assert is_qr_iban(iban) is is_one


def test_fields_are_cut_and_cleaned() -> None:
    lines = (
        code(creditor=Party("N" * 80, "Straße " + "x" * 80, "2501", "Bi\nel\t", "CH"), message="m" * 150) or ""
    ).split("\n")
    assert lines[5] == "N" * 70
    assert len(lines[6]) == 70
    assert lines[9] == "Bi el"
    assert lines[29] == "m" * 140
    assert len(lines) == 31


def test_letters_outside_the_standard_become_question_marks() -> None:
    assert (code(message="Žižka Łódź €5 漢字 \N{BELL}") or "").split("\n")[29] == "Žižka Łódź €5 ?? ?"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Bahnhofstrasse 12a", ("Bahnhofstrasse", "12a")),
        ("Rue du Lac 1268", ("Rue du Lac", "1268")),
        ("Strasse 3 - 5", ("Strasse", "3 - 5")),
        ("Postfach", ("Postfach", "")),
        ("1 Main Road", ("1 Main Road", "")),
        ("", ("", "")),
    ],
)
def test_streets_and_building_numbers_part(line: str, parts: tuple[str, str]) -> None:
    assert split_street(line) == parts
