"""Quotes and pro forma invoices: never booked, answered once, turned into one invoice (docs/adr/0019)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from billing.actions.drafts import delete_draft
from billing.actions.offers import invoice_from, withdraw_answer
from billing.actions.prove import prove_company
from billing.actions.send import send_document
from billing.actions.void import void
from billing.models import Document, DueItem, Entry, OfferAnswer
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.mail_words import compose
from invoicing_site.models import Event, Mail
from tests.helpers.kinds import accepted, drafted, issued, offer, says
from tests.world import AT, TODAY

LATER = AT + dt.timedelta(days=31)


def made_of(world: Any, document: Document, at: dt.datetime = AT) -> Document:
    return invoice_from(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=at)


def proven(world: Any) -> list[Any]:
    return list(prove_company(company=world.company, actor=None, at=AT).differences)


def told(document: Document) -> list[str]:
    return list(Event.objects.filter(subject=document.uuid).order_by("id").values_list("type", flat=True))


def refused(error: Any) -> tuple[str, str | None]:
    return error.value.code, error.value.field


def test_an_offer_has_a_number_of_its_own_and_is_not_booked(world: Any) -> None:
    made = offer(world)
    assert (made.number, made.state, made.total, made.open_amount) == ("AN-2026-00001", "issued", Decimal("1725.00"), 0)
    assert (Entry.objects.count(), DueItem.objects.count()) == (0, 0)
    assert issued(world, drafted(world)).number == "RE-2026-00001"
    assert proven(world) == []


def test_an_offer_that_has_expired_already_is_not_issued(world: Any) -> None:
    late = drafted(world, kind="quote", valid_until=TODAY - dt.timedelta(days=1))
    with pytest.raises(BusinessError) as error:
        issued(world, late)
    assert refused(error) == ("offer.valid_until", "valid_until")
    assert Document.objects.get().state == "draft"


@pytest.mark.parametrize("answer", ["accepted", "declined"])
def test_an_answer_is_kept_and_told(world: Any, answer: str) -> None:
    made = offer(world)
    row = says(world, made, answer, note="Gern ab Mai")
    assert (row.said, row.said_by, row.via, row.note, row.said_at) == (
        answer,
        "Petra Klein",
        "portal",
        "Gern ab Mai",
        AT,
    )
    assert told(made) == ["document.drafted", "document.issued", f"document.{answer}"]
    assert Event.objects.get(type=f"document.{answer}").data == {"number": "AN-2026-00001", "via": "portal"}


def test_the_same_answer_twice_is_one_answer(world: Any) -> None:
    made = accepted(world)
    assert says(world, made, "accepted", said_by="Somebody else") == OfferAnswer.objects.get()
    assert told(made).count("document.accepted") == 1


def test_another_answer_wants_the_first_taken_back(world: Any) -> None:
    made = accepted(world)
    with pytest.raises(BusinessError, match=r"offer\.answered"):
        says(world, made, "declined")
    assert OfferAnswer.objects.count() == 1
    withdraw_answer(company=world.company, document_uuid=made.uuid, reason="Verwechselt", actor=world.owner, at=AT)
    says(world, made, "declined")
    assert list(OfferAnswer.objects.values_list("place", "said", "said_by")) == [
        (1, "accepted", "Petra Klein"),
        (2, "withdrawn", "Owner Acme"),
        (3, "declined", "Petra Klein"),
    ]
    assert proven(world) == []


def test_only_the_office_may_note_an_acceptance_after_the_last_day(world: Any) -> None:
    made = offer(world)
    with pytest.raises(BusinessError, match=r"offer\.expired"):
        says(world, made, "accepted", at=LATER)
    assert not OfferAnswer.objects.exists()
    assert says(world, made, "accepted", via="office", at=LATER, actor=world.owner).recorded_by == world.owner


def test_declining_is_possible_at_any_time(world: Any) -> None:
    assert says(world, offer(world), "declined", via="link", at=LATER).said == "declined"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"answer": "maybe"}, ("offer.answer", "answer")),
        ({"answer": "withdrawn"}, ("offer.answer", "answer")),
        ({"via": "telex"}, ("offer.answer", "answer")),
        ({"said_by": "  "}, ("offer.said_by", "said_by")),
        ({"said_by": "x" * 121}, ("offer.said_by", "said_by")),
        ({"said_by": "a\0b"}, ("offer.said_by", "said_by")),
        ({"note": "x" * 301}, ("offer.note", "note")),
    ],
)
def test_a_bad_answer_changes_nothing(world: Any, change: dict[str, Any], expected: tuple[str, str]) -> None:
    made = offer(world)
    with pytest.raises(BusinessError) as error:
        says(world, made, **({"answer": "accepted"} | change))
    assert refused(error) == expected
    assert not OfferAnswer.objects.exists()


def test_only_issued_offers_of_the_company_are_answered(world: Any, stranger: Any) -> None:
    draft, invoice = drafted(world, kind="quote"), issued(world, drafted(world))
    gone = offer(world)
    void(company=world.company, document_uuid=gone.uuid, reason="Falsch", actor=world.owner, at=AT)
    for document, code in ((draft, "offer.not_open"), (gone, "offer.not_open"), (invoice, "not_found")):
        with pytest.raises(BusinessError, match=code.replace(".", r"\.")):
            says(world, document, "accepted")
    with pytest.raises(BusinessError, match="not_found"):
        says(stranger, offer(world), "accepted")
    assert not OfferAnswer.objects.exists()


def test_an_invoice_is_made_of_an_accepted_offer_once(world: Any) -> None:
    made = accepted(world)
    draft = made_of(world, made)
    assert (draft.kind, draft.state, draft.total, draft.follows_id) == ("invoice", "draft", Decimal("1725.00"), made.pk)
    assert (draft.valid_until, draft.issue_date) == (None, None)
    assert made_of(world, made) == draft
    delete_draft(company=world.company, document_uuid=draft.uuid, actor=world.owner, at=AT)
    second = issued(world, made_of(world, made))
    assert made_of(world, made) == second
    assert (second.number, second.open_amount) == ("RE-2026-00001", Decimal("1725.00"))
    void(company=world.company, document_uuid=second.uuid, reason="Falsch", actor=world.owner, at=AT)
    assert made_of(world, made).state == "draft"
    assert proven(world) == []


def test_an_offer_nobody_accepted_is_not_invoiced(world: Any) -> None:
    waiting, declined, asked = offer(world), offer(world), offer(world, kind="pro_forma")
    says(world, declined, "declined")
    for each in (waiting, declined):
        with pytest.raises(BusinessError, match=r"offer\.not_accepted"):
            made_of(world, each)
    assert not Document.objects.filter(kind="invoice").exists()
    assert made_of(world, asked).follows == asked
    says(world, declined, "declined")


def test_an_answer_is_not_taken_back_once_invoiced(world: Any) -> None:
    made = accepted(world)
    made_of(world, made)
    with pytest.raises(BusinessError, match=r"offer\.invoiced"):
        withdraw_answer(company=world.company, document_uuid=made.uuid, reason="x", actor=world.owner, at=AT)
    assert OfferAnswer.objects.count() == 1


def test_taking_back_wants_an_answer_and_a_reason(world: Any) -> None:
    made = offer(world)
    with pytest.raises(BusinessError, match=r"offer\.not_answered"):
        withdraw_answer(company=world.company, document_uuid=made.uuid, reason="x", actor=world.owner, at=AT)
    says(world, made, "accepted")
    with pytest.raises(BusinessError) as error:
        withdraw_answer(company=world.company, document_uuid=made.uuid, reason=" ", actor=world.owner, at=AT)
    assert refused(error) == ("reason.missing", "reason")
    assert OfferAnswer.objects.count() == 1


BROKEN = {
    "two first answers": "INSERT INTO billing_offeranswer (company_id, document_id, place, said, said_by, note, via, said_at) "
    "VALUES (%(company)s, %(offer)s, 1, 'declined', 'X', '', 'link', now())",
    "accepted twice": "INSERT INTO billing_offeranswer (company_id, document_id, place, said, said_by, note, via, said_at) "
    "VALUES (%(company)s, %(offer)s, 2, 'accepted', 'X', '', 'link', now())",
    "nobody said it": "INSERT INTO billing_offeranswer (company_id, document_id, place, said, said_by, note, via, said_at) "
    "VALUES (%(company)s, %(offer)s, 2, 'withdrawn', '', '', 'link', now())",
    "an invoice is answered": "INSERT INTO billing_offeranswer (company_id, document_id, place, said, said_by, note, via, said_at) "
    "VALUES (%(company)s, %(invoice)s, 1, 'accepted', 'X', '', 'link', now())",
    "another company's": "INSERT INTO billing_offeranswer (company_id, document_id, place, said, said_by, note, via, said_at) "
    "VALUES (%(other)s, %(offer)s, 2, 'withdrawn', 'X', '', 'link', now())",
    "changed": "UPDATE billing_offeranswer SET said_by = 'X'",
    "removed": "DELETE FROM billing_offeranswer",
    "a second invoice": "UPDATE billing_document SET follows_id = %(offer)s WHERE id = %(draft)s",
    "an offer that is owed": "UPDATE billing_document SET open_amount = 1 WHERE id = %(offer)s",
}


@pytest.mark.parametrize("how", BROKEN)
def test_the_database_refuses(world: Any, stranger: Any, how: str) -> None:
    made = accepted(world)
    made_of(world, made)
    ids = {"company": world.company.pk, "other": stranger.company.pk, "offer": made.pk}
    ids |= {"invoice": issued(world, drafted(world)).pk, "draft": drafted(world).pk}
    before = list(OfferAnswer.objects.values())
    with pytest.raises(Exception, match=r".") as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BROKEN[how], ids)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert isinstance(error.value, IntegrityError) or "permission denied" in str(error.value)
    assert list(OfferAnswer.objects.values()) == before


def test_an_offer_is_mailed_with_words_of_its_own(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    made, bill = offer(world), issued(world, drafted(world))
    for document in (made, bill):
        send_document(
            company=world.company,
            document_uuid=document.uuid,
            recipients=["a@kunde.example"],
            attach=False,
            actor=None,
            at=AT,
        )
    mail, other = Mail.objects.order_by("id")
    assert (mail.kind, other.kind) == ("offer", "document")
    message = compose(mail)
    assert message.subject == "Angebot AN-2026-00001 von Acme"
    assert "Gültig bis: 15. April 2026" in message.body or "Gültig bis: 15.04.2026" in message.body
    assert "Zahlungsreferenz" not in message.body
    assert compose(other).subject == "Rechnung RE-2026-00001 von Acme"
    with pytest.raises(BusinessError, match=r"document\.delivered"):
        Mail.objects.filter(pk=mail.pk).update(state="sending")
        void(company=world.company, document_uuid=made.uuid, reason="x", actor=world.owner, at=AT)
