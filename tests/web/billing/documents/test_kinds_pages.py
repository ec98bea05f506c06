"""Offers, deposits and opening balances as people meet them: office, portal and link."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import DepositUse, Document, OfferAnswer
from clients.actions.portal import change_profile
from tests.helpers.editor import NEW, Form, opened
from tests.helpers.kinds import accepted, drafted, offer, opening, paid_deposit, says
from tests.helpers.portal import link_to, portal_account, portal_client, token_of
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=31)


@pytest.fixture
def customer(world: Any) -> Browser:
    account = portal_account(world)
    change_profile(account=account, name="Ada", language="en", actor=None, at=AT)
    return portal_client(account)


def url(name: str, document: Any, **more: Any) -> str:
    return reverse(f"billing:{name}", args=["acme", document.uuid])


def show(browser: Browser, document: Any) -> str:
    answer = browser.get(url("document", document))
    assert answer.status_code == 200
    return str(answer.content.decode())


def portal(document: Any, name: str = "document") -> str:
    return reverse(f"portal_billing:{name}", args=["acme", document.uuid])


def test_a_customer_accepts_in_the_portal(world: Any, customer: Browser, clerk: Browser) -> None:
    made = offer(world)
    page = customer.get(portal(made)).content.decode()
    assert "Accept the offer" in page
    assert "This document is paid" not in page
    answer = customer.post(
        portal(made, "answer"), {"answer": "accepted", "said_by": "Ada Lovelace", "note": "From May"}
    )
    assert (answer.status_code, answer["Location"]) == (302, portal(made))
    row = OfferAnswer.objects.get()
    assert (row.said, row.said_by, row.note, row.via) == ("accepted", "Ada Lovelace", "From May", "portal")
    page = customer.get(portal(made)).content.decode()
    assert "Accepted by Ada Lovelace" in page
    assert "Accept the offer" not in page
    assert "Make the invoice" in show(clerk, made)


def test_a_customer_declines_behind_the_link(world: Any) -> None:
    made = offer(world)
    token = token_of(link_to(world, made, "view"))
    browser = Browser()
    assert browser.get(f"/l/{token}/").status_code == 200
    answer = browser.post(f"/l/{token}/answer/", {"answer": "declined", "said_by": "Ada"})
    assert (answer.status_code, answer["Location"]) == (302, f"/l/{token}/")
    assert OfferAnswer.objects.get().via == "link"


@pytest.mark.parametrize("data", [{"answer": "accepted", "said_by": ""}, {"answer": "maybe", "said_by": "Ada"}, {}])
def test_a_bad_answer_is_said_beside_the_form(world: Any, customer: Browser, data: dict[str, str]) -> None:
    made = offer(world)
    answer = customer.post(portal(made, "answer"), data)
    assert answer.status_code == 422
    assert not OfferAnswer.objects.exists()


def test_an_expired_offer_is_refused_kindly(world: Any, customer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = offer(world)
    monkeypatch.setattr("invoicing_site.clock.now", lambda: LATER)
    other = portal_client(portal_account(world, "late@nordlicht.example"))
    answer = other.post(portal(made, "answer"), {"answer": "accepted", "said_by": "Ada"})
    assert answer.status_code == 422
    assert not OfferAnswer.objects.exists()


def test_only_offers_one_may_see_are_answered(world: Any, customer: Browser) -> None:
    draft, bill = drafted(world, kind="quote"), drafted(world)
    for document in (draft, bill):
        assert customer.post(portal(document, "answer"), {"answer": "accepted", "said_by": "A"}).status_code == 404
    assert not OfferAnswer.objects.exists()


def test_the_office_notes_and_takes_back(world: Any, clerk: Browser) -> None:
    made = offer(world)
    assert "Waiting" in show(clerk, made) or "Wartet" in show(clerk, made)
    answer = clerk.post(url("document_answer", made), {"answer": "accepted", "said_by": "Frau Klein", "note": ""})
    assert answer.status_code == 302
    assert OfferAnswer.objects.get().recorded_by == world.people["clerk"]
    assert clerk.post(url("document_answer_withdraw", made), {"reason": ""}).status_code == 422
    assert clerk.post(url("document_answer_withdraw", made), {"reason": "Verwechselt"}).status_code == 302
    assert [row.said for row in OfferAnswer.objects.all()] == ["accepted", "withdrawn"]


def test_two_clicks_make_one_invoice(world: Any, clerk: Browser) -> None:
    made = accepted(world)
    first, second = (clerk.post(url("document_invoice", made))["Location"] for _ in range(2))
    draft = Document.objects.get(kind="invoice")
    assert first == second == url("document", draft)
    assert "AN-2026-00001" in show(clerk, draft)


def test_a_deposit_is_asked_for_and_taken_off(world: Any, clerk: Browser) -> None:
    made = accepted(world)
    refused = clerk.post(url("document_deposit", made), {"form_key": "k" * 32, "percent": "", "amount": ""})
    assert refused.status_code == 422
    assert not Document.objects.filter(kind="deposit_invoice").exists()
    first = paid_deposit(world, made)
    clerk.post(url("document_invoice", made))
    final = Document.objects.get(kind="invoice")
    assert first.number in show(clerk, final)
    answer = clerk.post(url("document_deposits", final), {"deposit": [str(first.uuid)], "revision": "1"})
    assert answer.status_code == 302
    final.refresh_from_db()
    assert (final.prepaid, DepositUse.objects.count()) == (Decimal("517.50"), 1)
    for body in ({"deposit": ["rubbish"], "revision": "2"}, {"deposit": [], "revision": "1"}):
        assert clerk.post(url("document_deposits", final), body).status_code == 422
    final.refresh_from_db()
    assert final.prepaid == Decimal("517.50")


def test_an_auditor_looks_and_changes_nothing(world: Any, browser: Any) -> None:
    made = accepted(world)
    auditor = browser("auditor")
    page = show(auditor, made)
    assert "Make the invoice" not in page
    for name in (
        "document_invoice",
        "document_answer",
        "document_answer_withdraw",
        "document_deposit",
        "document_deposits",
    ):
        assert auditor.post(url(name, made)).status_code == 403
    assert Document.objects.count() == 1


def test_an_opening_balance_is_entered(world: Any, clerk: Browser) -> None:
    page = reverse("billing:opening", args=["acme"])
    assert clerk.get(page).status_code == 200
    typed = {
        "form_key": "o" * 32, "client": world.client.name, "number": "ALT-7", "issue_date": "2025-12-01", "due_on": "2025-12-15",
        "amount": "119", "currency": "EUR", "text": "",
    }  # fmt: skip
    refused = clerk.post(page, typed | {"due_on": "2025-11-01"})
    assert refused.status_code == 422
    assert not Document.objects.exists()
    answer = clerk.post(page, typed)
    made = Document.objects.get()
    assert (answer.status_code, made.number, made.open_amount) == (302, "ALT-7", 119)
    assert clerk.post(page, typed | {"form_key": "p" * 32}).status_code == 422
    assert Document.objects.count() == 1


def test_lists_call_offers_by_their_own_labels_and_leave_them_out_of_sums(world: Any, clerk: Browser) -> None:
    waiting, done = offer(world), accepted(world)
    opening(world)
    page = clerk.get(reverse("billing:documents", args=["acme"])).content.decode()
    assert all(made.number in page for made in (waiting, done))
    assert "1.725,00" in page or "1,725.00" in page
    only = clerk.get(reverse("billing:documents", args=["acme"]), {"kind": "opening_balance"}).content.decode()
    assert "ALT-0815" in only
    assert waiting.number not in only


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_offers_costs_what_any_list_costs(
    world: Any, clerk: Browser, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        says(world, offer(world), "accepted")
    clerk.get(reverse("billing:documents", args=["acme"]))
    with django_assert_num_queries(8):
        clerk.get(reverse("billing:documents", args=["acme"]))


def test_the_editor_writes_quotes(world: Any, clerk: Browser) -> None:
    assert "valid_until" not in dict(opened(clerk).pairs)
    form = Form(clerk.get(NEW, {"kind": "quote"}))
    assert (form.get("kind"), form.get("valid_until")) == ("quote", "2026-04-15")
    form.type(client="K0001", valid_until="2026-05-01", n1__description="Beratung", n1__unit_price="10")
    assert form.press(clerk, NEW).status_code == 302
    made = Document.objects.get()
    assert (made.kind, str(made.valid_until)) == ("quote", "2026-05-01")
    again = Form(clerk.get(url("document_edit", made)))
    again.type(valid_until="2026-06-01")
    assert again.press(clerk, url("document_edit", made)).status_code == 302
    made.refresh_from_db()
    assert (made.kind, str(made.valid_until)) == ("quote", "2026-06-01")


def test_the_editor_starts_only_kinds_that_stand_alone(world: Any, clerk: Browser) -> None:
    form = Form(clerk.get(NEW, {"kind": "credit_note"}))
    assert form.get("kind") == ""
    form.type(client="K0001", kind="credit_note", n1__description="Beratung", n1__unit_price="10").press(clerk, NEW)
    assert Document.objects.get().kind == "invoice"


def test_the_dashboard_says_that_an_offer_was_accepted(world: Any, clerk: Browser) -> None:
    made = offer(world)
    dashboard = reverse("office:dashboard", args=["acme"])
    assert "Accepted offers" not in clerk.get(dashboard).content.decode()
    says(world, made, "accepted")
    assert "Accepted offers" in clerk.get(dashboard).content.decode()
    clerk.post(url("document_invoice", made))
    assert "Accepted offers" not in clerk.get(dashboard).content.decode()
