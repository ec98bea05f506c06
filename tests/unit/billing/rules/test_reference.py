from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from billing.rules.reference import payment_reference, printed


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
