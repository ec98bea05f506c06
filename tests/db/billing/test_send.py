"""Sending a document: one mail per recipient, once, to good addresses only; what the letter says; what counts as delivery."""

import datetime as dt
import uuid
from typing import Any

import pytest

from billing import mails, tasks
from billing.actions.send import issue_and_send, send_document
from billing.actions.void import void
from billing.models import Document, Rendition
from invoicing_site import clock, files
from invoicing_site.actions.mail import cancel
from invoicing_site.errors import BusinessError
from invoicing_site.letters import NotReady, Refused
from invoicing_site.models import Event, Link, Mail, Sender, StoppedAddress
from invoicing_site.states import MailState
from payments.models import GatewayAccount
from tests.helpers.editor import draft_of
from tests.helpers.mailbox import deliver_due
from tests.helpers.money import all_of, invoice, payment

pytestmark = pytest.mark.django_db
ANNA, BERT = "anna@nordlicht.example", "bert@nordlicht.example"
SECONDS = dt.timedelta(seconds=1)
# Links end by the wall clock, so sending happens today.
AT = clock.now().replace(microsecond=0)


@pytest.fixture
def issued(world: Any) -> Document:
    return invoice(world, "1190.00", language="en")


def sent(world: Any, document: Document, *recipients: str, at: dt.datetime = AT, **fields: Any) -> list[Mail]:
    to = recipients or (ANNA,)
    values = {"company": world.company, "document_uuid": document.uuid, "actor": world.people["clerk"], "at": at}
    return send_document(recipients=to, **values, **fields)


def with_pdf(document: Document) -> None:
    blob = files.keep(document.company, b"%PDF-1.7 test", "application/pdf")
    Rendition.objects.create(
        company=document.company, document=document, template="classic", template_version=1, blob=blob, fingerprint="x"
    )


def state() -> dict[str, Any]:
    """Everything stored that sending could change."""
    return {
        "mails": list(Mail.objects.order_by("pk").values()),
        "links": Link.objects.count(),
        "events": Event.objects.count(),
        "documents": list(Document.objects.order_by("pk").values("state", "delivered_on")),
    }


def test_one_mail_and_one_link_for_each_recipient(world: Any, issued: Document) -> None:
    first, second = sent(world, issued, ANNA, f" {BERT} ", note=" Danke! ")
    assert [first.recipient, second.recipient] == [ANNA, BERT]
    links = list(Link.objects.order_by("pk").values_list("uuid", "purpose", "subject", "recipient"))
    assert [link[1:] for link in links] == [("view", issued.uuid, ANNA), ("view", issued.uuid, BERT)]
    assert [mail.options for mail in (first, second)] == [
        {"note": "Danke!", "attach": True, "link": str(link[0])} for link in links
    ]
    assert {(mail.state, mail.kind, mail.language, mail.due_at) for mail in (first, second)} == {
        (MailState.QUEUED, "document", "en", AT + 20 * SECONDS)
    }
    event = Event.objects.get(type="document.sent")
    assert event.data == {"mails": [str(first.uuid), str(second.uuid)]}
    assert (event.actor, event.subject) == (world.people["clerk"], issued.uuid)


def test_twice_is_once_unless_a_person_asks(world: Any, issued: Document) -> None:
    (first,) = sent(world, issued)
    before = state()
    assert sent(world, issued, ANNA.upper()) == [first]
    assert state() == before
    with_pdf(issued)
    deliver_due(AT + 20 * SECONDS)
    (again,) = sent(world, issued, again=True, at=AT + dt.timedelta(hours=1))
    assert (again.resend_of, again.state) == (first, MailState.QUEUED)
    assert again.options["link"] != first.options["link"]


def test_a_mail_that_waits_is_not_sent_again(world: Any, issued: Document) -> None:
    sent(world, issued)
    before = state()
    with pytest.raises(BusinessError) as refused:
        sent(world, issued, BERT, ANNA, again=True)
    assert (refused.value.code, refused.value.field) == ("mail.still_going", "recipients.1")
    assert state() == before


def test_undone_is_sent_anew_with_other_words(world: Any, issued: Document) -> None:
    (first,) = sent(world, issued, note="Wrong")
    cancel(company=world.company, mail=first.uuid, actor=world.owner, at=AT)
    (second,) = sent(world, issued, note="Right")
    assert (second.options["note"], second.resend_of, second.state) == ("Right", None, MailState.QUEUED)
    assert second.pk != first.pk


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"recipients": []}, "mail.no_recipient", "recipients"),
        ({"recipients": [f"a{n}@b.example" for n in range(21)]}, "mail.too_many", "recipients"),
        ({"recipients": [ANNA, "nobody"]}, "mail.address", "recipients.1"),
        ({"recipients": [ANNA, f"x@b.example\nBcc: {BERT}"]}, "mail.address", "recipients.1"),
        ({"recipients": [ANNA, BERT, ANNA.upper()]}, "mail.twice", "recipients.2"),
        ({"recipients": ["stop@b.example"]}, "mail.stopped", "recipients.0"),
        ({"note": "x" * 2001}, "mail.note", "note"),
        ({"note": "\0"}, "mail.note", "note"),
        ({"on": AT - SECONDS}, "mail.past", "on"),
        ({"on": AT + dt.timedelta(days=367)}, "mail.too_far", "on"),
    ],
)
def test_refusals_write_nothing(world: Any, issued: Document, fields: dict[str, Any], code: str, field: str) -> None:
    StoppedAddress.objects.create(company=world.company, email="Stop@B.example", reason="x", stopped_at=AT)
    before = state()
    values = {"recipients": [ANNA]} | fields
    with pytest.raises(BusinessError) as refused:
        send_document(company=world.company, document_uuid=issued.uuid, actor=world.owner, at=AT, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert state() == before


def test_drafts_void_and_foreign_documents_are_refused(world: Any, stranger: Any, issued: Document) -> None:
    waiting = draft_of(world)
    gone = invoice(world)
    void(company=world.company, document_uuid=gone.uuid, reason="x", actor=world.accountant, at=AT)
    foreign = invoice(stranger)
    before = state()
    for document, code in ((waiting, "document.not_issued"), (gone, "document.not_issued"), (foreign, "not_found")):
        with pytest.raises(BusinessError) as refused:
            sent(world, document)
        assert refused.value.code == code
    assert state() == before


def test_a_stop_of_another_company_is_not_ours(world: Any, stranger: Any, issued: Document) -> None:
    StoppedAddress.objects.create(company=stranger.company, email=ANNA, reason="x", stopped_at=AT)
    assert [mail.state for mail in sent(world, issued)] == [MailState.QUEUED]


def test_the_sender_says_how_long_it_waits_and_what_goes_along(world: Any, issued: Document) -> None:
    Sender.objects.create(company=world.company, attach_pdf=False, undo_seconds=0)
    (mail,) = sent(world, issued)
    assert (mail.due_at, mail.options["attach"]) == (AT, False)
    (other,) = sent(world, issued, BERT, attach=True, on=AT + dt.timedelta(days=3))
    assert (other.due_at, other.options["attach"]) == (AT + dt.timedelta(days=3), True)


def test_the_link_pays_where_something_is_open_and_can_be_paid(world: Any, issued: Document) -> None:
    GatewayAccount.objects.create(
        company=world.company,
        provider="stripe",
        label="S",
        mode="test",
        api_key="env:ACME__A",
        webhook_secret="env:ACME__B",
    )
    sent(world, issued)
    paid = invoice(world)
    payment(world, "100.00", all_of(paid))
    sent(world, paid)
    assert list(Link.objects.order_by("pk").values_list("purpose", flat=True)) == ["pay", "view"]


def test_the_letter_says_what_is_owed_in_the_language_of_the_document(world: Any, issued: Document) -> None:
    world.client.contacts.create(company=world.company, name="Anna Meier", email=ANNA.upper())
    with_pdf(issued)
    sent(world, issued, note="See you soon\n{number}")
    (message,) = deliver_due(AT + 20 * SECONDS)
    assert message.subject == f"Invoice {issued.number} from Acme"
    assert message.to == [ANNA]
    url = message.body.partition("View the invoice:\n")[2].partition("\n")[0]
    assert message.body.splitlines() == [
        "Hello Anna Meier,", "",
        f"here is invoice {issued.number} of 16 Mar 2026. The PDF is attached.", "",
        "Amount: €1,190.00", "Due: 30 Mar 2026", f"Payment reference: {mails._reference(issued)}", "",
        "View the invoice:", url, "",
        "See you soon", "{number}", "",
        "If anything is unclear, simply answer this e-mail.", "",
        "Kind regards", "Acme",
    ]  # fmt: skip
    assert "/l/" in url
    ((name, content, media_type),) = [tuple(part) for part in message.attachments]
    assert (name, content, media_type) == (f"{issued.number}.pdf", b"%PDF-1.7 test", "application/pdf")


def test_it_waits_for_its_pdf_and_goes_without_one_as_a_link(world: Any, issued: Document) -> None:
    attached, linked = sent(world, issued)[0], sent(world, issued, BERT, attach=False)[0]
    with pytest.raises(NotReady):
        mails.document(attached)
    assert mails.document(linked).attachments == ()
    assert "You find it behind the button below." in mails.document(linked).values["file"]


def test_void_meanwhile_or_a_closed_link_is_not_sent(world: Any, issued: Document) -> None:
    (mail,) = sent(world, issued, attach=False)
    Link.objects.update(revoked_at=AT)
    with pytest.raises(Refused, match=r"^mail\.link_closed$"):
        mails.document(mail)
    void(company=world.company, document_uuid=issued.uuid, reason="x", actor=world.accountant, at=AT)
    with pytest.raises(Refused, match=r"^mail\.document_gone$"):
        mails.document(mail)


def test_the_first_accepted_mail_is_the_delivery(world: Any, issued: Document) -> None:
    late = (AT + dt.timedelta(days=1)).replace(hour=23, minute=30)  # tomorrow's tomorrow in Berlin
    day = late.date() + dt.timedelta(days=1)
    sent(world, issued, ANNA, BERT, attach=False)
    deliver_due(late)
    for event in Event.objects.filter(type="mail.accepted").order_by("pk"):
        tasks.sent(event)
        tasks.sent(event)
    issued.refresh_from_db()
    assert issued.delivered_on == day
    (told,) = Event.objects.filter(type="document.delivered")
    assert told.data == {"on": day.isoformat(), "channel": "mail", "mail": str(Mail.objects.earliest("pk").uuid)}
    with pytest.raises(BusinessError, match=r"document\.delivered"):
        void(company=world.company, document_uuid=issued.uuid, reason="x", actor=world.accountant, at=late)


def test_what_a_mail_server_has_is_not_void_any_more(world: Any, issued: Document) -> None:
    sent(world, issued, attach=False)
    deliver_due(AT + 20 * SECONDS)
    before = state()
    with pytest.raises(BusinessError, match=r"document\.delivered"):
        void(company=world.company, document_uuid=issued.uuid, reason="x", actor=world.accountant, at=AT)
    assert state() == before


def test_other_mail_delivers_no_document(world: Any, issued: Document) -> None:
    event = Event(type="mail.accepted", company=world.company, subject=issued.uuid, data={"kind": "receipt"})
    tasks.sent(event)
    issued.refresh_from_db()
    assert issued.delivered_on is None


def test_issue_and_send_is_both_or_neither(world: Any) -> None:
    made = draft_of(world)
    values = {"company": world.company, "document_uuid": made.uuid, "actor": world.accountant, "at": AT}
    before = state()
    with pytest.raises(BusinessError, match=r"mail\.no_recipient"):
        issue_and_send(recipients=[], **values)
    assert state() == before
    document = issue_and_send(recipients=[ANNA], **values)
    assert (document.state, Mail.objects.get().subject) == ("issued", made.uuid)


def test_figures_follow_the_language(world: Any) -> None:
    document = invoice(world, language="de")
    (mail,) = sent(world, document, attach=False)
    assert mail.language == "de"
    assert mails.document(mail).values["amount"] == "100,00\N{NO-BREAK SPACE}€"


def test_letter_of_a_document_that_is_gone(world: Any) -> None:
    mail = Mail(company=world.company, kind="document", subject=uuid.uuid4(), recipient=ANNA, language="en", options={})
    with pytest.raises(Refused):
        mails.document(mail)
