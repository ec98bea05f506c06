"""Receipts: printed from the rows, kept once, mailed once to whoever paid (SPEC P1, D2)."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from billing.documents import pdf
from invoicing_site import files
from invoicing_site.errors import BusinessError
from invoicing_site.letters import NotReady, Refused
from invoicing_site.models import Blob, Delivery, Event, Mail
from payments import mails
from payments.actions import receipts
from payments.actions.allocate import Share, allocate
from payments.actions.receipts import render_receipt, send_receipt, serve_payer
from payments.actions.receive import cancel_payment
from payments.models import Payment, PaymentReceipt
from payments.reports.receipts import subjects
from payments.tasks import receipt_for_online
from tests.helpers.mailbox import deliver_due
from tests.helpers.money import all_of, invoice, payment, state
from tests.helpers.papers import text_of
from tests.helpers.paying import attempt_for, provider
from tests.world import AT


@pytest.fixture
def paid(world: Any) -> Payment:
    """100.00 of 130.00 applied, the rest credit."""
    pdf.warm()
    return payment(world, "130.00", all_of(invoice(world)), method="online", reference="visa 4242")


def test_receipt_says_what_came_and_where_it_went(world: Any, paid: Payment) -> None:
    stored = render_receipt(payment_id=paid.pk, language="de", at=AT)
    text = text_of(files.fetch(stored.blob))
    for told in (
        "Zahlungsbestätigung",
        "Wir haben Ihre Zahlung über 130,00 € am 16.03.2026 erhalten. Vielen Dank.",
        "Zahlungsart Online-Zahlung",
        "Referenz visa 4242",
        "RE-2026-00001 16.03.2026 100,00",
        "Als Ihr Guthaben vermerkt 30,00 €",
        "Erhalten 130,00 €",
        "Nordlicht Medien GmbH",
    ):
        assert told in text
    with pikepdf.open(BytesIO(files.fetch(stored.blob))) as opened, opened.open_metadata() as metadata:
        assert (metadata.pdfa_status, str(opened.Root.Lang)) == ("3A", "de")


def test_receipt_is_kept_once_for_each_language(world: Any, paid: Payment) -> None:
    before = state()
    first = render_receipt(payment_id=paid.pk, language="en", at=AT)
    assert render_receipt(payment_id=paid.pk, language="en", at=AT).pk == first.pk
    other = render_receipt(payment_id=paid.pk, language="de", at=AT)
    assert other.pk != first.pk
    assert (PaymentReceipt.objects.count(), Blob.objects.count()) == (2, 2)
    assert state() == before


def test_later_use_of_the_money_gets_a_receipt_of_its_own(world: Any, paid: Payment) -> None:
    first = render_receipt(payment_id=paid.pk, language="en", at=AT)
    later = invoice(world, "50.00")
    allocate(company=world.company, payment_uuid=paid.uuid, shares=[Share(later.uuid, Decimal(30))], actor=None, at=AT)
    second = render_receipt(payment_id=paid.pk, language="en", at=AT)
    assert second.pk != first.pk
    assert "RE-2026-00002" in text_of(files.fetch(second.blob))
    assert "RE-2026-00002" not in text_of(files.fetch(first.blob))


def test_foreign_money_is_told_in_both_currencies(world: Any) -> None:
    from billing.actions.rates import enter_rate
    from tests.world import TODAY

    pdf.warm()
    enter_rate(
        company_id=world.company.pk, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="ECB",
        actor=world.accountant, at=AT,
    )  # fmt: skip
    document = invoice(world, "100.00", "USD")
    made = payment(world, "91.00", Share(document.uuid, Decimal("100.00"), Decimal("90.00")))
    text = text_of(files.fetch(render_receipt(payment_id=made.pk, language="en", at=AT).blob))
    assert "RE-2026-00001 16 Mar 2026 US$100.00 90.00" in text
    assert "Kept as your credit €1.00" in text


def test_cancelled_payment_has_no_receipt(world: Any) -> None:
    pdf.warm()
    made = payment(world, "10.00")
    cancel_payment(company=world.company, payment_uuid=made.uuid, reason="twice", actor=world.accountant, at=AT)
    with pytest.raises(BusinessError) as refused:
        render_receipt(payment_id=made.pk, language="en", at=AT)
    assert refused.value.code == "receipt.cancelled"
    with pytest.raises(BusinessError) as refused:
        send_receipt(company=world.company, payment_uuid=made.uuid, actor=None, at=AT)
    assert refused.value.code == "receipt.cancelled"
    assert (PaymentReceipt.objects.count(), Mail.objects.count()) == (0, 0)


def test_payer_is_told_once_however_often_the_event_comes(world: Any, paid: Payment) -> None:
    (delivery,) = Delivery.objects.filter(reaction="payments.tasks.receipt_for_online").select_related("event")
    assert delivery.queue == "render"
    receipt_for_online(delivery.event)
    receipt_for_online(delivery.event)
    (mail,) = Mail.objects.filter(kind="receipt")
    assert (mail.recipient, mail.language, mail.subject) == ("rechnung@nordlicht.example", "de", paid.uuid)
    letter = mails.receipt(mail)
    assert [(each.name, each.content[:4]) for each in letter.attachments] == [("Zahlungsbestätigung.pdf", b"%PDF")]
    assert letter.values == {
        "company": "Acme", "client": "Nordlicht Medien GmbH", "amount": "130,00\xa0€", "day": "16.03.2026",
        "use": "It was used for RE-2026-00001.",
    } or letter.values["use"].endswith("RE-2026-00001 verwendet.")  # fmt: skip


def test_money_recorded_by_hand_tells_nobody(world: Any) -> None:
    pdf.warm()
    made = payment(world, "10.00")
    assert serve_payer(payment_uuid=made.uuid, at=AT) is None
    (delivery,) = Delivery.objects.filter(reaction="payments.tasks.receipt_for_online").select_related("event")
    receipt_for_online(delivery.event)
    assert (Mail.objects.count(), PaymentReceipt.objects.count()) == (0, 0)


def test_nobody_to_tell_is_refused_by_name(world: Any) -> None:
    pdf.warm()
    world.client.email = ""
    world.client.save(update_fields=["email"])
    made = payment(world, "10.00", method="online")
    assert serve_payer(payment_uuid=made.uuid, at=AT) is None
    with pytest.raises(BusinessError) as refused:
        send_receipt(company=world.company, payment_uuid=made.uuid, actor=None, at=AT)
    assert (refused.value.code, refused.value.field) == ("receipt.no_address", "recipient")
    assert Mail.objects.count() == 0


def test_each_request_of_the_office_is_a_mail_of_its_own(world: Any, paid: Payment) -> None:
    fixed: dict[str, Any] = {"company": world.company, "payment_uuid": paid.uuid, "actor": world.accountant, "at": AT}
    first = send_receipt(**fixed, recipient="a@example.org", key="k1")
    assert send_receipt(**fixed, recipient="a@example.org", key="k1").pk == first.pk
    assert send_receipt(**fixed, recipient="a@example.org", key="k2").pk != first.pk


def test_receipt_of_another_company_does_not_exist(world: Any, stranger: Any, paid: Payment) -> None:
    with pytest.raises(BusinessError) as refused:
        send_receipt(company=stranger.company, payment_uuid=paid.uuid, actor=None, at=AT)
    assert refused.value.code == "not_found"
    assert Mail.objects.count() == 0


def test_mail_waits_for_its_pdf_and_fails_when_cancelled(
    world: Any, paid: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, str]] = []
    monkeypatch.setattr(mails, "ask", lambda *wanted: asked.append(wanted))
    mail = send_receipt(company=world.company, payment_uuid=paid.uuid, actor=None, at=AT)
    with pytest.raises(NotReady):
        mails.receipt(mail)
    assert asked == [(paid.pk, "de")]
    other = payment(world, "10.00")
    told = send_receipt(company=world.company, payment_uuid=other.uuid, actor=None, at=AT)
    cancel_payment(company=world.company, payment_uuid=other.uuid, reason="twice", actor=None, at=AT)
    with pytest.raises(Refused, match=r"receipt\.cancelled"):
        mails.receipt(told)
    assert receipts.TASK == "payments.tasks.receipt"


def test_mail_carries_the_receipt_in_the_payers_language(world: Any, paid: Payment) -> None:
    made = send_receipt(company=world.company, payment_uuid=paid.uuid, actor=None, at=AT)
    assert deliver_due() == []
    render_receipt(payment_id=paid.pk, language="de", at=AT)
    Mail.objects.filter(pk=made.pk).update(due_at=AT)
    (message,) = deliver_due()
    assert message.to == ["rechnung@nordlicht.example"]
    assert message.subject == "Ihre Zahlung über 130,00 € an Acme"
    assert "ist am 16.03.2026 eingegangen" in message.body
    assert "{" not in message.body
    ((name, content, kind),) = message.attachments
    assert (name, content[:4], kind) == ("Zahlungsbestätigung.pdf", b"%PDF", "application/pdf")


def test_attempt_says_who_paid_and_in_which_language(world: Any) -> None:
    pdf.warm()
    provider(world)
    made = attempt_for(world, invoice(world), state="succeeded", recipient="ada@nordlicht.example")
    assert made.payment is not None

    receipt_for_online(Event.objects.get(subject=made.payment.uuid, type="payment.received"))
    (mail,) = Mail.objects.filter(kind="receipt")
    assert (mail.recipient, mail.language) == ("ada@nordlicht.example", "de")
    assert PaymentReceipt.objects.get().language == "de"


def test_mail_log_knows_what_a_receipt_is_about(world: Any, stranger: Any, paid: Payment) -> None:
    found = subjects(world.company, [paid.uuid])
    assert found == {paid.uuid: ("€130.00 · Nordlicht Medien GmbH", f"/acme/payments/{paid.uuid}/")}
    assert subjects(stranger.company, [paid.uuid]) == {}
