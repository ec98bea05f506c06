"""Series of every kind, and series whose numbers are given elsewhere, in the settings."""

from typing import Any

import pytest
from django.urls import reverse

from billing.models import Series
from billing.states import Kind
from invoicing_site import clock
from tests.helpers.people import office_client
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def accountant(world: Any) -> Any:
    return office_client(world.accountant)


def test_a_new_company_can_number_every_kind(world: Any, accountant: Any) -> None:
    found = dict(Series.objects.for_company(world.company).filter(is_default=True).values_list("kind", "pattern"))
    assert found == {
        "invoice": "RE-{year}-{seq:05}",
        "quote": "AN-{year}-{seq:05}",
        "pro_forma": "PF-{year}-{seq:05}",
        "deposit_invoice": "AR-{year}-{seq:05}",
        "credit_note": "GS-{year}-{seq:05}",
        "debit_note": "LS-{year}-{seq:05}",
        "opening_balance": "(opening_balance)",
    }
    assert set(found) == set(Kind.values)
    page = accountant.get(reverse("billing:series", args=["acme"])).content.decode()
    assert "AN-2026-00001" in page
    assert "(opening_balance)" not in page


def test_a_series_of_another_kind_is_added(world: Any, accountant: Any) -> None:
    body = {"name": "Angebote Nord", "kind": "quote", "pattern": "AN-N-{seq:04}", "reset": "never", "preferred": "on"}
    assert accountant.post(reverse("billing:series_new", args=["acme"]), body).status_code == 302
    made = Series.objects.get(name="Angebote Nord")
    assert (made.kind, made.is_default, made.is_external) == ("quote", True, False)
    assert Series.objects.get(kind="invoice", is_default=True).pattern == "RE-{year}-{seq:05}"


def test_numbers_given_elsewhere_need_no_pattern_and_one_series(world: Any, accountant: Any) -> None:
    url, body = reverse("billing:series_new", args=["acme"]), {"name": "Altsystem", "kind": "invoice", "external": "on"}
    assert accountant.post(url, body).status_code == 302
    made = Series.objects.get(name="Altsystem")
    assert (made.is_external, made.is_default, made.reset) == (True, False, "never")
    assert accountant.post(url, body | {"name": "Zweites"}).status_code == 422
    assert Series.objects.filter(is_external=True, kind="invoice").count() == 1
    page = reverse("billing:series_edit", args=["acme", made.uuid])
    shown = accountant.get(page)
    assert shown.status_code == 200
    assert 'name="next_seq"' not in shown.content.decode()
    assert accountant.post(page, {"name": "Altes System"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.pattern) == ("Altes System", "(invoice)")
    for name, data in (("series_jump", {"next_seq": "5", "reason": "x"}), ("series_prefer", {})):
        answer = accountant.post(reverse(f"billing:{name}", args=["acme", made.uuid]), data)
        assert answer.status_code in (422, 409), name
    made.refresh_from_db()
    assert (made.is_default, made.counters.count()) == (False, 0)
