"""Sending a document from its page: the form, its preview, undo, and what the page says afterwards."""

import datetime as dt
import html
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser

from billing.actions.send import send_document
from billing.models import Document
from invoicing_site import clock
from invoicing_site.models import Mail, StoppedAddress
from invoicing_site.states import MailState
from tests.helpers.editor import draft_of
from tests.helpers.money import invoice
from tests.helpers.people import office_client

pytestmark = pytest.mark.django_db
KEY = "a" * 32


@pytest.fixture
def clerk(world: Any) -> Browser:
    return office_client(world.people["clerk"])


@pytest.fixture
def issued(world: Any) -> Document:
    world.client.contacts.create(company=world.company, name="Bert", email="bert@nordlicht.example")
    return invoice(world, language="en")


def path(document: Document, rest: str = "") -> str:
    return f"/acme/documents/{document.uuid}/{rest}"


def body(*rows: tuple[str, bool], **fields: str) -> dict[str, str]:
    found = {"form_key": KEY, "attach": "attach", "note": "", "day": "", "time": ""}
    found |= {"recipients-TOTAL_FORMS": str(len(rows)), "recipients-INITIAL_FORMS": "0"}
    for place, (email, ticked) in enumerate(rows):
        found |= {f"recipients-{place}-email": email} | ({f"recipients-{place}-send": "on"} if ticked else {})
    return found | fields


def text(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_form_offers_the_client_ticked_and_contacts_beside(clerk: Browser, issued: Document) -> None:
    page = clerk.get(path(issued, "send/")).content.decode()
    rows = re.findall(r'name="recipients-\d-email" value="([^"]+)"', page)
    ticked = re.findall(r'name="recipients-(\d)-send"[^>]* checked', page)
    assert (rows, ticked) == (["rechnung@nordlicht.example", "bert@nordlicht.example"], ["0"])


def test_sending_leads_back_with_undo_on_the_page(world: Any, clerk: Browser, issued: Document) -> None:
    rows = [("rechnung@nordlicht.example", True), ("bert@nordlicht.example", False), ("neu@nordlicht.example", True)]
    answer = clerk.post(path(issued, "send/"), body(*rows, note="Gruß", attach="link"))
    assert (answer.status_code, answer.headers["Location"]) == (302, path(issued, "#mails"))
    mails = list(Mail.objects.order_by("pk"))
    assert [mail.recipient for mail in mails] == ["rechnung@nordlicht.example", "neu@nordlicht.example"]
    assert {(mail.options["note"], mail.options["attach"]) for mail in mails} == {("Gruß", False)}
    page = clerk.get(path(issued)).content.decode()
    for mail in mails:
        assert f'action="/acme/mail/{mail.uuid}/cancel/"' in page
    assert f'action="{path(issued, "send/undo/")}"' in page
    again = clerk.post(path(issued, "send/"), body(*rows, note="Gruß", attach="link"))
    assert (again.headers["Location"], Mail.objects.count()) == (path(issued, "#mails"), 2)


def test_who_has_it_is_named_and_not_ticked(world: Any, clerk: Browser, issued: Document) -> None:
    clerk.post(path(issued, "send/"), body(("rechnung@nordlicht.example", True)))
    answer = clerk.get(path(issued, "send/"))
    assert "Sent already, or waiting, to rechnung@nordlicht.example." in text(answer)
    assert re.findall(r'name="recipients-(\d)-send"[^>]* checked', answer.content.decode()) == []
    Mail.objects.update(state=MailState.SENDING)
    Mail.objects.update(state=MailState.ACCEPTED)
    rows = [("rechnung@nordlicht.example", True)]
    assert clerk.post(path(issued, "send/"), body(*rows, form_key="b" * 32)).status_code == 302
    first, second = Mail.objects.order_by("pk")
    assert second.resend_of == first


def test_undo_all(clerk: Browser, issued: Document) -> None:
    clerk.post(path(issued, "send/"), body(("a@b.example", True), ("c@b.example", True)))
    answer = clerk.post(path(issued, "send/undo/"))
    assert answer.headers["Location"] == path(issued, "#mails")
    assert list(Mail.objects.values_list("state", flat=True)) == [MailState.CANCELLED] * 2
    assert "Nothing is sent." in text(clerk.get(path(issued)))
    clerk.post(path(issued, "send/undo/"))
    assert "It was too late" in text(clerk.get(path(issued)))


def test_at_a_date_and_time_in_the_zone_of_the_company(clerk: Browser, issued: Document) -> None:
    day = clock.now().date() + dt.timedelta(days=3)
    rows = [("a@b.example", True)]
    clerk.post(path(issued, "send/"), body(*rows, day=day.isoformat(), time="17:45"))
    berlin = ZoneInfo("Europe/Berlin")
    assert Mail.objects.get().due_at == dt.datetime.combine(day, dt.time(17, 45), tzinfo=berlin)


@pytest.mark.parametrize(
    ("rows", "fields", "says"),
    [
        ([("a@b.example", False)], {}, "Tick or enter at least one recipient."),
        ([("", False), ("a@b.example", True), ("nobody", True)], {}, "Recipient 3: Enter a valid e-mail address."),
        ([("stop@b.example", True)], {}, "Recipient 1: We no longer write to this address."),
        ([("a@b.example", True)], {"day": "2020-01-01"}, "Day : This moment has passed."),
        ([("a@b.example", True)], {"time": "10:00"}, "Day : Choose the day, too."),
        ([("a@b.example", True)], {"attach": "nothing"}, "The PDF : Select a valid choice."),
    ],
)
def test_refusals_stand_at_their_field_and_send_nothing(
    world: Any, clerk: Browser, issued: Document, rows: list[tuple[str, bool]], fields: dict[str, str], says: str
) -> None:
    StoppedAddress.objects.create(company=world.company, email="stop@b.example", reason="x", stopped_at=clock.now())
    answer = clerk.post(path(issued, "send/"), body(*rows, **fields))
    assert answer.status_code == 422
    assert says in text(answer)
    assert Mail.objects.count() == 0


def test_one_more_row_without_javascript(clerk: Browser, issued: Document) -> None:
    answer = clerk.post(path(issued, "send/"), body(("a@b.example", False), add="recipients", note="Kept"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('type="email"') == 3  # two rows and the template of the next
    assert "Kept" in page
    assert Mail.objects.count() == 0


def test_the_preview_says_what_will_be_sent(world: Any, clerk: Browser, issued: Document) -> None:
    first = clerk.get(path(issued, "send/preview/"))
    assert f"Invoice {issued.number} from Acme" in text(first)
    assert "rechnung@nordlicht.example" in text(first)
    assert f"{issued.number}.pdf" in text(first)
    typed = body(("bert@nordlicht.example", True), note="<b>Bold</b>", attach="link")
    page = clerk.post(path(issued, "send/preview/"), typed).content.decode()
    assert "Hello Bert," in page
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert f"{issued.number}.pdf" not in page
    assert "script-src 'none'" in first.headers["Content-Security-Policy"]
    assert Mail.objects.count() == 0


def test_issue_and_send_in_one_go(world: Any, clerk: Browser) -> None:
    draft = draft_of(world)
    page = clerk.get(path(draft)).content.decode()
    assert "mails it to rechnung@nordlicht.example at once" in page
    answer = clerk.post(path(draft, "issue-and-send/"), {"form_key": KEY, "revision": draft.revision})
    assert answer.headers["Location"] == path(draft, "#mails")
    draft.refresh_from_db()
    assert (draft.state, Mail.objects.get().recipient) == ("issued", "rechnung@nordlicht.example")


def test_issue_and_send_needs_both_rights_and_an_address(world: Any, clerk: Browser) -> None:
    draft = draft_of(world)
    world.client.email = ""
    world.client.save()
    assert "Issue and send" not in text(clerk.get(path(draft)))
    answer = clerk.post(path(draft, "issue-and-send/"), {"form_key": KEY, "revision": draft.revision})
    draft.refresh_from_db()
    assert (answer.status_code, draft.state, Mail.objects.count()) == (422, "draft", 0)
    assert "Tick or enter at least one recipient." in text(answer)


def test_a_draft_has_no_send_page_and_an_auditor_no_button(world: Any, clerk: Browser, issued: Document) -> None:
    draft = draft_of(world)
    assert clerk.get(path(draft, "send/")).headers["Location"] == path(draft)
    assert clerk.get(path(draft, "send/preview/")).headers["Location"] == path(draft)
    auditor = office_client(world.people["auditor"])
    assert path(issued, "send/") not in auditor.get(path(issued)).content.decode()
    assert auditor.get(path(issued, "send/")).status_code == 403


@pytest.mark.parametrize(
    ("state", "fields", "badge", "says"),
    [
        ("failed", {"error": "550 5.1.1 no such user"}, "Failed", "550 5.1.1 no such user"),
        ("uncertain", {"error": "mail.lost"}, "Perhaps sent", "Ask the recipient whether it arrived."),
        ("bounced", {"bounce": "hard", "error": "user unknown"}, "Came back", "does not take mail. user unknown"),
        ("bounced", {"bounce": "soft", "error": "full"}, "Came back", "for now: a full mailbox"),
        ("accepted", {}, "Sent", "Send again"),
    ],
)
def test_the_panel_says_what_became_of_it(
    world: Any, clerk: Browser, issued: Document, state: str, fields: dict[str, str], badge: str, says: str
) -> None:
    (mail,) = send_document(
        company=world.company, document_uuid=issued.uuid, recipients=["a@b.example"], actor=None, at=clock.now()
    )
    for step in ("sending", "accepted" if state == "bounced" else "", state):
        if step:
            Mail.objects.filter(pk=mail.pk).update(state=step)
    Mail.objects.filter(pk=mail.pk).update(**fields)
    page = clerk.get(path(issued)).content.decode()
    panel = page[page.index('id="mails"') :]
    said = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", panel[: panel.index("</section>")])))
    assert badge in said
    assert says in said


def test_an_uncertain_mail_is_settled_by_a_person(world: Any, clerk: Browser, issued: Document) -> None:
    (mail,) = send_document(
        company=world.company, document_uuid=issued.uuid, recipients=["a@b.example"], actor=None, at=clock.now()
    )
    for state in ("sending", "uncertain"):
        Mail.objects.filter(pk=mail.pk).update(state=state)
    assert clerk.post(f"/acme/mail/{mail.uuid}/settle/", {"arrived": "perhaps"}).status_code == 302
    mail.refresh_from_db()
    assert mail.state == MailState.UNCERTAIN
    answer = clerk.post(f"/acme/mail/{mail.uuid}/settle/", {"arrived": "no"})
    mail.refresh_from_db()
    assert (answer.headers["Location"], mail.state) == (path(issued, "#mails"), MailState.FAILED)
    clerk.post(f"/acme/mail/{mail.uuid}/again/")
    assert list(Mail.objects.order_by("pk").values_list("state", flat=True)) == [MailState.FAILED, MailState.QUEUED]
