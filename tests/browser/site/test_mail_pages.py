"""Sending, the mail log and its settings in a browser: accessible at any width, live previews, undo, all of it without scripts too."""

import re
from typing import Any

import pytest

from billing.actions.send import send_document
from invoicing_site import clock
from invoicing_site.models import Mail, StoppedAddress
from invoicing_site.states import MailState
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.money import invoice
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
STATES = {
    "queued": [],
    "accepted": ["sending"],
    "failed": ["sending"],
    "uncertain": ["sending"],
    "bounced": ["sending", "accepted"],
    "cancelled": [],
}
SAID = {
    "failed": {"error": "554 5.7.1 rejected by policy"},
    "bounced": {"error": "550 5.1.1 unknown", "bounce": "hard"},
}


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


@pytest.fixture
def document(world: Any) -> Any:
    """Sent to somebody in every state, one of them stopped."""
    world.client.contacts.create(company=world.company, name="Bert Brandt", email="bert@nordlicht.example")
    made = invoice(world, "1190.00", language="en")
    for state, before in STATES.items():
        (mail,) = send_document(
            company=world.company,
            document_uuid=made.uuid,
            recipients=[f"{state}@nordlicht.example"],
            actor=world.owner,
            at=clock.now(),
        )
        for step in (*before, state):
            Mail.objects.filter(pk=mail.pk).exclude(state=step).update(state=step)
        Mail.objects.filter(pk=mail.pk).update(**SAID.get(state, {}))
    StoppedAddress.objects.create(
        company=world.company, email="bounced@nordlicht.example", reason="unknown", stopped_at=clock.now()
    )
    return made


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_is_accessible_and_fits(world: Any, document: Any, open_as: Open, width: int) -> None:
    page = open_as(world.owner, "/acme/", width=width)
    site = page.url.removesuffix("/acme/")
    mail = Mail.objects.get(state=MailState.BOUNCED)
    for path in (
        f"documents/{document.uuid}/send/",
        f"documents/{document.uuid}/send/preview/",
        f"documents/{document.uuid}/",
        f"clients/{world.client.uuid}/",
        "mail/",
        f"mail/{mail.uuid}/",
        "settings/mail/",
        "settings/mail/sender/",
        "settings/mail/document/de/",
        "settings/mail/document/de/preview/",
    ):
        page.goto(f"{site}/acme/{path}")
        check_width(page)
        check_axe(page)


def test_the_preview_follows_the_note_and_sending_can_be_undone(world: Any, open_as: Open) -> None:
    document = invoice(world, language="en")
    page = open_as(world.people["clerk"], f"/acme/documents/{document.uuid}/")
    page.get_by_role("link", name="Send", exact=True).click()
    page.get_by_role("button", name="Add a recipient").click()
    page.locator("[name=recipients-1-email]").fill("second@b.example")
    page.get_by_label("A note of your own").fill("See you on Monday.")
    page.get_by_label("A note of your own").blur()
    frame = page.frame_locator("iframe[name=mail-preview]")
    frame.get_by_text("See you on Monday.").first.wait_for()
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url(re.compile(r"#mails$"))
    page.get_by_role("button", name="Undo all").click()
    page.get_by_text("Nothing is sent.").wait_for()
    assert list(Mail.objects.order_by("pk").values_list("recipient", "state")) == [
        ("rechnung@nordlicht.example", MailState.CANCELLED),
        ("second@b.example", MailState.CANCELLED),
    ]


def test_all_of_it_without_javascript(world: Any, open_as: Open) -> None:
    document = invoice(world, language="en")
    page = open_as(world.owner, f"/acme/documents/{document.uuid}/send/", script=False)
    page.get_by_role("button", name="Add a recipient").click()
    page.locator("[name=recipients-1-email]").fill("second@b.example")
    page.get_by_label("A note of your own").fill("Without scripts.")
    page.get_by_role("button", name="Update preview").click()
    preview = page.frame_locator("iframe[name=mail-preview]")
    preview.get_by_text("Without scripts.").first.wait_for()
    page.get_by_role("button", name="Send", exact=True).click()
    assert set(Mail.objects.values_list("recipient", "options__note")) == {
        ("rechnung@nordlicht.example", "Without scripts."),
        ("second@b.example", "Without scripts."),
    }


def test_words_are_tried_before_they_are_saved(world: Any, open_as: Open) -> None:
    page = open_as(world.owner, "/acme/settings/mail/document/en/")
    page.get_by_label("Subject line").fill("Your invoice {number}")
    page.get_by_label("Subject line").blur()
    frame = page.frame_locator("iframe[name=mail-preview]")
    frame.get_by_role("heading", name="Your invoice INV-2026-00042").wait_for()
    page.get_by_role("button", name="Send a test to me").click()
    page.get_by_text("A test is on its way to owner@acme.example.").wait_for()
    assert page.get_by_label("Subject line").input_value() == "Your invoice {number}"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your own").wait_for()
