import datetime as dt

import pytest

from billing.rules import offers

TODAY = dt.date(2026, 3, 16)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "answer", "invoiced", "until", "code"),
    [
        ("draft", "", False, None, "draft"),
        ("void", "accepted", True, TODAY, "void"),
        ("issued", "", False, None, "waiting"),
        ("issued", "", False, TODAY, "waiting"),
        ("issued", "", False, TODAY - DAY, "expired"),
        ("issued", "accepted", False, TODAY - DAY, "accepted"),
        ("issued", "declined", False, TODAY - DAY, "declined"),
        ("issued", "accepted", True, TODAY - DAY, "invoiced"),
    ],
)
def test_label_of_an_offer(state: str, answer: str, invoiced: bool, until: dt.date | None, code: str) -> None:
    assert offers.label(state, answer, invoiced, until, TODAY).code == code


def test_every_label_has_a_code_of_its_own() -> None:
    codes = [label.code for label in offers.LABELS]
    assert len(codes) == len(set(codes)) == 7


def test_an_offer_holds_for_thirty_days() -> None:
    assert offers.valid_until(TODAY) == dt.date(2026, 4, 15)
