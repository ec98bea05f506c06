"""The gap ledger page: every number with its fate, at a constant cost (SPEC B4)."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from billing.actions.series import jump_counter
from billing.actions.void import void
from billing.models import Series
from invoicing_site import clock
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def series(world: Any) -> Any:
    """Numbers 1 and 2 given, 2 void, 3 to 9 skipped, 10 given."""
    invoice(world)
    void(company=world.company, document_uuid=invoice(world).uuid, reason="Doppelt", actor=world.owner, at=AT)
    found = Series.objects.get(company=world.company, kind="invoice")
    jump_counter(
        company_id=world.company.pk, series_uuid=found.uuid, next_seq=10, reason="Altsystem", actor=world.owner, at=AT
    )
    invoice(world)
    return found


def rows(page: str) -> list[str]:
    return [part.split("</tr>")[0] for part in page.split("<tbody>")[1].split("<tr>")[1:]]


def test_every_number_has_its_fate(world: Any, series: Any) -> None:
    browser = office_client(world.people["auditor"])
    page = browser.get(reverse("billing:gap_ledger", args=["acme", series.uuid])).content.decode()
    found = rows(page)
    assert len(found) == 4
    for row, number in zip(
        found, ("RE-2026-00001", "RE-2026-00002", "RE-2026-00003 – RE-2026-00009", "RE-2026-00010"), strict=True
    ):
        assert number in row
    assert "Doppelt" in found[1]
    assert "Altsystem" in found[2]
    assert "Owner Acme" in found[2]
    gaps = rows(browser.get(reverse("billing:gap_ledger", args=["acme", series.uuid]) + "?only=gaps").content.decode())
    assert [("RE-2026-00002" in gap, "RE-2026-00003" in gap) for gap in gaps] == [(True, False), (False, True)]


def test_the_table_says_the_same(world: Any, series: Any) -> None:
    answer = office_client(world.people["auditor"]).get(reverse("billing:gap_table", args=["acme", series.uuid]))
    found = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert [row[0] for row in found[1:]] == [
        "RE-2026-00001",
        "RE-2026-00002",
        "RE-2026-00003 – RE-2026-00009",
        "RE-2026-00010",
    ]
    assert found[2][4] == "Doppelt"
    assert found[3][4:] == ["Altsystem", "Owner Acme"]


@pytest.mark.parametrize("more", [0, 3])
def test_its_cost_does_not_grow(world: Any, series: Any, more: int, django_assert_num_queries: Any) -> None:
    for _ in range(more):
        invoice(world)
    browser = office_client(world.people["auditor"])
    url = reverse("billing:gap_ledger", args=["acme", series.uuid]) + "?period=2026"
    browser.get(url)
    with django_assert_num_queries(11):
        browser.get(url)


@pytest.mark.parametrize("query", ["?period=1999", "?period=" + "x" * 90])
def test_a_period_that_was_never_counted_is_not_found(world: Any, series: Any, query: str) -> None:
    browser = office_client(world.people["auditor"])
    assert browser.get(reverse("billing:gap_ledger", args=["acme", series.uuid]) + query).status_code == 404


@pytest.mark.parametrize("query", ["?from=rubbish", "?from=99999999999999", "?from=7", "?from=٣"])
def test_any_page_answers(world: Any, series: Any, query: str) -> None:
    browser = office_client(world.people["auditor"])
    assert browser.get(reverse("billing:gap_ledger", args=["acme", series.uuid]) + query).status_code == 200
