from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.ch import esr

from billing.rules.reference import payment_reference, printed, qr_reference, reference_for


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("INV-2026-00042", "INV202600042"),
        ("inv/2026.1", "INV20261"),
        ("LONG-PREFIX-OF-A-SERIES-2026-00042", "FIXOFASERIES202600042"),
        ("ré-7", "R7"),
    ],
)
def test_a_number_becomes_a_creditor_reference(number: str, kept: str) -> None:
    reference = payment_reference(number)
    assert iso11649.validate(reference) == reference
    assert reference[4:] == kept


def test_known_check_digits() -> None:
    assert payment_reference("INV-2026-00042") == "RF36INV202600042"
    assert payment_reference("539007547034") == "RF18539007547034"
    assert payment_reference("5390 0754 70Y") == "RF185390075470Y"


def test_a_number_of_signs_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="payment reference"):
        payment_reference("--/é")


def test_people_read_groups_of_four() -> None:
    assert printed("RF18539007547034") == "RF18 5390 0754 7034"
    assert printed("RF185390075470Y") == iso11649.format("RF185390075470Y") == "RF18 5390 0754 70Y"


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,34}", fullmatch=True))
def test_every_reference_is_valid(number: str) -> None:
    made = payment_reference(number)
    assert iso11649.is_valid(made)
    assert len(made) <= 25
    assert printed(made).replace(" ", "") == made


def test_a_qr_reference_has_the_check_digit_of_the_guidelines() -> None:
    # The examples of the guidelines: 21 00000 00003 13947 14300 09017 and 00 00000 00000 00000 00000 00000 0.
    assert qr_reference("21000000000313947143000901") == "210000000003139471430009017"
    assert qr_reference("0") == "0" * 27
    assert esr.is_valid(qr_reference("INV-2026-00042"))


def test_letters_become_digits_and_the_counter_stays() -> None:
    assert qr_reference("INV-2026-00042")[:26] == "182331202600042".zfill(26)
    assert qr_reference("A" * 40 + "7")[:26] == "0" + "10" * 12 + "7"
    assert qr_reference("INV-1") != qr_reference("CN-1")
    with pytest.raises(ValueError, match="payment reference"):
        qr_reference("--")


@given(st.text("ABC0123456789-", min_size=1, max_size=35).filter(lambda text: text.strip("-0") != ""))
def test_every_number_gets_a_valid_qr_reference(number: str) -> None:
    assert len(qr_reference(number)) == 27
    assert esr.is_valid(qr_reference(number))


@pytest.mark.parametrize(
    ("iban", "kind"),
    [
        ("CH44 3199 9123 0008 8901 2", "QRR"),
        ("ch4431999123000889012", "QRR"),
        ("CH5800791123000889012", "RF"),
        ("", "RF"),
    ],
)
def test_the_account_decides_which_reference_it_takes(iban: str, kind: str) -> None:
    expected = qr_reference("INV-1") if kind == "QRR" else payment_reference("INV-1")
    assert reference_for("INV-1", iban) == expected
