"""A customer pays online, from the page to the refund: at the stand-in in every run, at Stripe itself with `make live-sandbox`."""

import os
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from billing.actions.prove import prove_company
from billing.models import Document
from invoicing_site import clock
from payments.actions.attempts import open_attempt
from payments.actions.gateways import connect_gateway
from payments.actions.inbox import work
from payments.actions.orders import order_refund, place_order
from payments.actions.poll import poll
from payments.gateways import gateway
from payments.models import Attempt, GatewayAccount, InboxEvent, Payment, Refund, RefundOrder
from tests.helpers.money import invoice, state
from tests.helpers.online import begin
from tests.helpers.sandbox import SandboxProcess, references, sandbox_process

LIVE = os.environ.get("STRIPE_TEST_KEY", "") if os.environ.get("LIVE_SANDBOX") else ""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def account(world: Any, sandbox: SandboxProcess, live_server: Any, settings: Any) -> Iterator[GatewayAccount]:
    """The company's account at the stand-in, whose messages go to the live server."""
    settings.STRIPE_API_BASE, settings.BASE_URL = sandbox.url, live_server.url
    sandbox.control("calm")
    with references(sandbox) as (key, secret):
        made = connected(world, key, secret)
        sandbox.send_to(f"{live_server.url}/hooks/{made.uuid}/")
        sandbox.control("mode", held=True)
        yield made
        sandbox.send_to("http://127.0.0.1:9/")  # a late message would meet a database that is being emptied


def connected(world: Any, key: str, secret: str) -> GatewayAccount:
    return connect_gateway(
        company_id=world.company.pk, provider="stripe", label="Test", mode="test", api_key=key, webhook_secret=secret,
        actor=world.owner, at=clock.now(),
    )  # fmt: skip


def opened(world: Any, document: Document) -> Attempt:
    attempt = open_attempt(attempt_uuid=begin(world, document).uuid, at=clock.now())
    assert (attempt.state, Payment.objects.count()) == ("open", 0)
    return attempt


def worked() -> list[str]:
    """Work every waiting message, as the worker does; the types, in order."""
    rows = list(InboxEvent.objects.filter(state="waiting").order_by("id"))
    assert {work(event_pk=row.pk, at=clock.now()) for row in rows} <= {"done", "parked"}
    return [row.type for row in rows]


def booked(world: Any, document: Document, attempt: Attempt) -> Payment:
    """The payment, after looking at all that must be true of it."""
    attempt.refresh_from_db()
    document.refresh_from_db()
    payment = Payment.objects.get()
    assert (attempt.state, attempt.payment_id, document.open_amount) == ("succeeded", payment.pk, Decimal(0))
    assert (payment.method, payment.amount, payment.unapplied) == ("online", attempt.amount, Decimal(0))
    proven(world)
    return payment


def proven(world: Any) -> None:
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


def refunded(world: Any, payment: Payment, amount: str) -> RefundOrder:
    order = order_refund(
        company=world.company, payment_uuid=payment.uuid, amount=Decimal(amount), reason="Gutschrift vereinbart",
        unapply=True, actor=world.accountant, at=clock.now(),
    )  # fmt: skip
    place_order(order_pk=order.pk, at=clock.now())
    order.refresh_from_db()
    return order


def test_told_by_messages_twice_and_backwards(world: Any, account: GatewayAccount, sandbox: SandboxProcess) -> None:
    document = invoice(world, "119.00")
    attempt = opened(world, document)
    back = sandbox.press(attempt.session_id, "pay")
    assert (back.startswith(f"{settings.BASE_URL}/back/?"), Payment.objects.count()) == (True, 0)
    told = sandbox.events()[-4:]
    assert sandbox.deliver([*reversed(told), *told]) == [200] * 8
    assert worked() == [each["type"] for each in reversed(told)]  # each is kept once
    payment = booked(world, document, attempt)
    before = state()
    assert (sandbox.deliver(told), worked(), state()) == ([200] * 4, [], before)
    order = refunded(world, payment, "19.00")
    assert (order.state, Refund.objects.get().amount) == ("succeeded", Decimal("19.00"))
    refunds = state()
    sandbox.control("release", order="reversed", times=2)
    sandbox.wait_for(lambda: InboxEvent.objects.filter(type="refund.created").exists())
    worked()
    document.refresh_from_db()
    assert (document.open_amount, state()) == (Decimal("19.00"), refunds)
    proven(world)


def test_found_by_asking_when_no_message_comes(world: Any, account: GatewayAccount, sandbox: SandboxProcess) -> None:
    document = invoice(world, "80.00")
    attempt = opened(world, document)
    sandbox.press(attempt.session_id, "challenge")
    sandbox.press(attempt.session_id, "confirm", "3ds")
    assert poll(account_pk=account.pk, at=clock.now()) > 0
    worked()
    payment = booked(world, document, attempt)
    assert poll(account_pk=account.pk, at=clock.now()) == 0
    assert refunded(world, payment, "80.00").state == "succeeded"
    proven(world)


@pytest.mark.parametrize(("ends", "state_then", "left"), [("succeeds", "succeeded", "0"), ("fails", "failed", "50.00")])
def test_a_bank_debit_that_takes_days(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess, ends: str, state_then: str, left: str
) -> None:
    document = invoice(world, "50.00")
    attempt = opened(world, document)
    sandbox.press(attempt.session_id, "debit")
    poll(account_pk=account.pk, at=clock.now())
    worked()
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count()) == ("processing", 0)
    sandbox.act(f"debit_{ends}", attempt.session_id)
    poll(account_pk=account.pk, at=clock.now())
    worked()
    attempt.refresh_from_db()
    document.refresh_from_db()
    assert (attempt.state, document.open_amount) == (state_then, Decimal(left))
    proven(world)


def test_declined_and_left_alone_until_the_page_expires(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess
) -> None:
    document = invoice(world, "60.00")
    attempt = opened(world, document)
    sandbox.press(attempt.session_id, "decline")
    sandbox.act("expire", attempt.session_id)
    poll(account_pk=account.pk, at=clock.now())
    worked()
    attempt.refresh_from_db()
    document.refresh_from_db()
    assert (attempt.state, document.open_amount, Payment.objects.count()) == ("expired", Decimal("60.00"), 0)
    proven(world)


@pytest.mark.skipif(not LIVE, reason="needs Stripe's test mode: STRIPE_TEST_KEY=sk_test_… make live-sandbox")
def test_at_stripe_itself(world: Any, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same story against Stripe's test mode; messages cannot reach this machine, so it is asked."""
    assert re.match(r"(sk|rk)_test_(?!sandbox)", LIVE), "a test key, please"
    settings.STRIPE_API_BASE, settings.BASE_URL = "", live_server.url
    monkeypatch.setenv("ACME__LIVE_WEBHOOK_SECRET", "whsec_unused")
    monkeypatch.setenv("ACME__STRIPE_TEST_KEY", LIVE)
    account = connected(world, "env:ACME__STRIPE_TEST_KEY", "env:ACME__LIVE_WEBHOOK_SECRET")
    assert gateway(account).check().startswith("acct_")
    document = invoice(world, "119.00")
    attempt = opened(world, document)
    pay_by_test_card(attempt.page_url)
    assert poll(account_pk=account.pk, at=clock.now()) > 0
    worked()
    payment = booked(world, document, attempt)
    order = refunded(world, payment, "19.00")
    assert order.state in {"pending", "succeeded"}
    proven(world)


def pay_by_test_card(url: str) -> None:
    """What a customer does on Stripe's page, with the card Stripe gives for tests."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=program, args=["--no-sandbox"]).new_page()
        page.goto(url)
        if (card := page.locator("[data-testid=card-accordion-item-button]")).count():
            card.click()
        known = {"#cardNumber": "4242424242424242", "#cardExpiry": "12/34", "#cardCvc": "123", "#billingName": "Test"}
        for field, value in known.items():
            page.locator(field).press_sequentially(value)
        page.locator("[data-testid=hosted-payment-submit-button]").click()
        page.wait_for_url(re.compile("/back/"), timeout=60_000)
