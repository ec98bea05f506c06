"""The customer's half of the main job, whole: issued and sent by the accountant, opened from the mail and paid on a phone, seen paid, booked,
proven and given back by the office; nobody touches anything in between."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from billing.actions.drafts import create_draft
from billing.models import Document, Posting
from invoicing_site import clock
from invoicing_site.models import Mail, Sender
from payments.models import Attempt, InboxEvent, Payment, Refund
from tests.browser.conftest import check_axe, check_width
from tests.browser.test_walk import sign_in
from tests.db.billing.test_issue import a_draft
from tests.helpers.paying import provider
from tests.helpers.people import PASSWORD, enrol
from tests.helpers.sandbox import SandboxProcess, references, sandbox_process
from tests.helpers.smtp import Behaviour, Received, mail_server
from tests.helpers.workers import celery_worker
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world = make_world("acme", name="Lindenhof Studio", legal_name="Lindenhof Studio GmbH")
    person = world.accountant
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    enrol(person)
    world.client.email, world.client.language = "eva@nordlicht.example", "en"
    world.client.save()
    Sender.objects.create(company=world.company, name="Lindenhof", address="rechnung@lindenhof.example", undo_seconds=0)
    return world


@pytest.fixture
def town(world: Any, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[tuple[SandboxProcess, Behaviour]]:
    """The provider and the mail server outside, and one worker of every queue."""
    with sandbox_process() as sandbox, mail_server(settings) as post, references(sandbox) as (key, secret):
        settings.BASE_URL, settings.STRIPE_API_BASE = live_server.url, sandbox.url
        account = provider(world, key, secret)
        sandbox.send_to(f"{live_server.url}/hooks/{account.uuid}/")
        env = {"STRIPE_API_BASE": sandbox.url, "BASE_URL": live_server.url, "MAIL_PORT": str(settings.EMAIL_PORT)}
        queues = "money,delivery,render,bulk"
        beat = ("-B", "-s", str(tmp_path / "beat"))
        with celery_worker(queues, tmp_path / "worker.log", *beat, app="tests.helpers.mailing", **env):
            yield sandbox, post


def until(page: Page, true: Callable[[], Any], seconds: int = 60) -> Any:
    """What `true` gives as soon as it is true, while the browser lives on."""
    for _ in range(seconds * 5):
        if found := true():
            return found
        page.wait_for_timeout(200)
    raise AssertionError(
        f"not within {seconds} s; mails: {list(Mail.objects.values('kind', 'state', 'error', 'response', 'due_at'))}"
    )


def letters(post: Behaviour, kind: str) -> list[Received]:
    """Messages to the customer with `kind` in their subject line."""
    return [each for each in post.received if kind in str(make_header(decode_header(each.message["Subject"])))]


def parts(received: Received) -> tuple[str, list[bytes]]:
    """The text of a message and the PDFs with it."""
    text, files = "", []
    for part in received.message.walk():
        if part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        if part.get_content_type() == "application/pdf":
            files.append(bytes(part.get_payload(decode=True)))  # type: ignore[arg-type]
    return text, files


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts, late and doubled webhooks"])
def test_from_the_mail_to_the_proven_books(
    world: Any, town: tuple[SandboxProcess, Behaviour], live_server: Any, chromium: Browser, script: bool
) -> None:
    sandbox, post = town
    if not script:
        sandbox.control("mode", times=2, delay=2)
    draft = create_draft(
        company=world.company, draft=replace(a_draft(world), language="en"), actor=world.accountant, at=clock.now()
    )
    office = chromium.new_context(
        viewport={"width": 1440, "height": 1000}, locale="en-GB", java_script_enabled=script
    ).new_page()
    sign_in(office, live_server.url, world.accountant.email)
    page_of = f"{live_server.url}/acme/documents/{draft.uuid}/"
    office.goto(page_of)
    office.get_by_role("button", name="Issue and send").first.click()
    expect(office.get_by_role("heading", level=1)).to_have_text(re.compile("^RE-"))
    number = Document.objects.get().number

    (sent,) = until(office, lambda: letters(post, "Invoice"))
    text, files = parts(sent)
    assert (sent.recipients, [each[:5] for each in files]) == (["eva@nordlicht.example"], [b"%PDF-"])
    assert number in text
    link = re.search(rf"{re.escape(live_server.url)}/l/\S+", text)
    assert link

    phone = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", java_script_enabled=script
    ).new_page()
    phone.goto(link[0])
    phone.get_by_role("link", name=re.compile("^Pay .* now")).click()
    phone.get_by_role("button", name="Continue to payment").click()
    phone.get_by_role("button", name="Pay by card", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("Thank you"), timeout=60_000)

    office.goto(page_of)
    expect(office.locator("main")).to_contain_text("Paid in full")
    if script:
        check_width(office)
        check_axe(office)
    (receipt,) = until(office, lambda: letters(post, "Your payment"))
    assert [each[:5] for each in parts(receipt)[1]] == [b"%PDF-"]
    assert Mail.objects.exclude(state="accepted").count() == 0
    prove(office)
    document = Document.objects.get()
    assert (document.open_amount, Payment.objects.get().amount) == (0, document.total)
    assert InboxEvent.objects.exclude(state="done").count() == 0

    refund(office, live_server.url)
    until(office, lambda: Refund.objects.exists())
    office.goto(page_of)
    expect(office.locator("main")).not_to_contain_text("Paid in full")
    prove(office)
    assert balance("gateway") == 0
    assert Attempt.objects.get().state == "succeeded"
    call_command("verify_chain")
    call_command("prove_books")


def prove(page: Page) -> None:
    page.get_by_role("link", name="Books").first.click()
    page.get_by_role("button", name="Prove now").click()
    expect(page.locator("main")).to_contain_text("Proven")


def refund(page: Page, site: str) -> None:
    """Give everything back through the provider; the second factor of the sign-in is still fresh."""
    page.goto(site + reverse("payments:order_refund", args=["acme", Payment.objects.get().uuid]))
    page.locator("[name=unapply]").check()
    page.locator("[name=reason]").fill("goods came back")
    page.get_by_role("button", name="Refund now").click()
    expect(page.get_by_role("button", name="Refund now")).to_have_count(0)


def balance(purpose: str) -> Any:
    return sum(Posting.objects.filter(account__purpose=purpose).values_list("amount", flat=True))
