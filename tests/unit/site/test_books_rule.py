"""On which days a person may book, by both locks and their exception."""

import datetime as dt

import pytest

from invoicing_site.rules.periods import Books

JAN, FEB = dt.date(2026, 1, 31), dt.date(2026, 2, 28)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("books", "day", "refusal", "first", "by_exception"),
    [
        (Books(None, None), JAN, "", JAN, False),
        (Books(JAN, None), JAN, "document.period_closed", JAN + DAY, False),
        (Books(JAN, None), JAN + DAY, "", JAN + DAY, False),
        (Books(None, FEB), FEB, "period.soft_locked", FEB + DAY, False),
        (Books(None, FEB, True), FEB, "", FEB, True),
        (Books(None, FEB, True), FEB + DAY, "", FEB + DAY, False),
        (Books(JAN, FEB), JAN, "document.period_closed", FEB + DAY, False),
        (Books(JAN, FEB), FEB, "period.soft_locked", FEB + DAY, False),
        (Books(JAN, FEB, True), JAN, "document.period_closed", JAN + DAY, False),
        (Books(JAN, FEB, True), JAN + DAY, "", JAN + DAY, True),
        (Books(FEB, JAN), FEB, "document.period_closed", FEB + DAY, False),
        (Books(JAN, None, True), JAN + DAY, "", JAN + DAY, False),
    ],
)
def test_both_locks(books: Books, day: dt.date, refusal: str, first: dt.date, by_exception: bool) -> None:
    assert (books.refusal(day), books.first_open(day)) == (refusal, first)
    assert (books.is_open(day), books.by_exception(day)) == (refusal == "", by_exception)
