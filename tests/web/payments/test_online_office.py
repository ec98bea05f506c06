"""What the office sees and does about online payments: the provider's settings, refunds through it, its messages."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from invoicing_site import clock
from payments.actions.learn import learn
from payments.models import GatewayAccount, InboxEvent, RefundOrder
from tests.helpers.crawl import FACTORIES
from tests.helpers.money import invoice
from tests.helpers.online import begin, connect, says
from tests.helpers.people import office_client


@pytest.fixture
def browser(world: Any) -> Client:
    return office_client(world.owner)


def test_connecting_shows_where_messages_go(world: Any, browser: Client) -> None:
    empty = browser.get("/acme/settings/payments/").content.decode()
    assert "/acme/settings/payments/connect/" in empty
    typed = {
        "provider": "stripe",
        "label": "Stripe",
        "mode": "test",
        "api_key": "env:ACME__NO_KEY",
        "webhook_secret": "file:stripe-hook",
    }
    pasted = browser.post("/acme/settings/payments/connect/", typed | {"api_key": "sk_live_123"})
    assert (pasted.status_code, GatewayAccount.objects.count()) == (422, 0)
    assert browser.post("/acme/settings/payments/connect/", typed).status_code == 302
    account = GatewayAccount.objects.get()
    assert (account.company, account.part_payments) == (world.company, False)
    shown = browser.get("/acme/settings/payments/").content.decode()
    assert f"/hooks/{account.uuid}/" in shown
    assert browser.post("/acme/settings/payments/connect/", typed).status_code == 422
    checked = browser.post(f"/acme/settings/payments/{account.uuid}/check/", follow=True).content.decode()
    assert "secret.missing" in checked
    changed = browser.post(
        f"/acme/settings/payments/{account.uuid}/", typed | {"label": "Karte", "part_payments": "on"}
    )
    assert changed.status_code == 302
    account.refresh_from_db()
    assert (account.label, account.part_payments) == ("Karte", True)
    browser.post(f"/acme/settings/payments/{account.uuid}/archive/")
    account.refresh_from_db()
    assert account.archived_at is not None


def test_a_clerk_sees_the_provider_and_changes_nothing(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    account = connect(world, monkeypatch)
    clerk = office_client(world.people["clerk"])
    assert clerk.get("/acme/settings/payments/").status_code == 200
    assert clerk.post(f"/acme/settings/payments/{account.uuid}/archive/").status_code == 403
    assert GatewayAccount.objects.get().archived_at is None


def test_refund_through_the_provider(world: Any, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(world, monkeypatch)
    document = invoice(world, "100.00")
    attempt = begin(world, document)
    paid = learn(attempt_pk=attempt.pk, outcome=says(attempt, "succeeded"), at=clock.now()).payment
    assert paid is not None
    page = browser.get(f"/acme/payments/{paid.uuid}/").content.decode()
    assert f"/acme/payments/{paid.uuid}/refund/provider/" in page
    assert "Cancel payment" not in page
    form = browser.get(f"/acme/payments/{paid.uuid}/refund/provider/").content.decode()
    assert 'value="100.00"' in form or 'value="100,00"' in form
    url = f"/acme/payments/{paid.uuid}/refund/provider/"
    refused = browser.post(url, {"amount": "30", "reason": "Kulanz", "form_key": "a" * 32})
    assert (refused.status_code, RefundOrder.objects.count()) == (422, 0)
    for _ in range(2):
        sent = browser.post(url, {"amount": "30", "reason": "Kulanz", "unapply": "on", "form_key": "b" * 32})
        assert sent.status_code == 302
    order = RefundOrder.objects.get()
    document.refresh_from_db()
    assert (order.amount, order.state, document.open_amount) == (Decimal(30), "created", Decimal(30))
    assert "Kulanz" in browser.get(f"/acme/payments/{paid.uuid}/").content.decode()


def test_the_panel_of_a_document_tells_what_was_tried(
    world: Any, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(world, monkeypatch)
    document = invoice(world)
    page = f"/acme/documents/{document.uuid}/"
    assert 'id="online"' not in browser.get(page).content.decode()
    attempt = begin(world, document)
    learn(attempt_pk=attempt.pk, outcome=says(attempt, "failed", failure="card_declined"), at=clock.now())
    assert "The card was declined." in browser.get(page).content.decode()


def test_parked_messages_are_shown_and_worked_again(world: Any, browser: Client) -> None:
    key = FACTORIES["inbox_event"](world)
    InboxEvent.objects.update(error="inbox.unknown_type")
    page = browser.get("/acme/payments/inbox/").content.decode()
    assert "evt_crawl" in page
    assert "Nobody here knows" in page or "Niemand hier" in page
    for expected in ("waiting", "waiting"):
        assert browser.post(f"/acme/payments/inbox/{key}/again/").status_code == 302
        assert InboxEvent.objects.get().state == expected
    assert office_client(world.people["clerk"]).get("/acme/payments/inbox/").status_code == 403
