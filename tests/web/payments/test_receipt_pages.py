"""The receipt in the office: looking at it and sending it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from billing.documents import pdf
from invoicing_site import files
from invoicing_site.models import Mail
from payments.actions.receipts import render_receipt
from payments.actions.receive import cancel_payment
from payments.models import Payment
from tests.helpers.money import all_of, invoice, payment, state
from tests.world import AT

KEY = "k" * 32


def url(name: str, made: Payment, slug: str = "acme") -> str:
    return reverse(f"payments:{name}", args=[slug, made.uuid])


def test_pdf_is_waited_for_then_shown(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00", all_of(invoice(world)))
    assert url("receipt", made) in accountant.get(url("payment", made)).content.decode()
    assert accountant.get(url("receipt", made)).status_code == 202
    pdf.warm()
    stored = render_receipt(payment_id=made.pk, language="de", at=AT)
    answer = accountant.get(url("receipt", made))
    assert answer.content == files.fetch(stored.blob)
    assert answer["Content-Disposition"].startswith("inline")
    path = files.Folder(settings.FILE_STORE).root / files.name_of(world.company, stored.blob.sha256)
    path.write_bytes(b"x")
    assert accountant.get(url("receipt", made)).status_code == 503


def test_a_cache_that_is_down_leaves_the_waiting_page_up(world: Any, accountant: Browser, settings: Any) -> None:
    made = payment(world, "100.00")
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert accountant.get(url("receipt", made)).status_code == 202


def test_sent_once_for_one_form(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    sent = {"form_key": KEY, "recipient": "kasse@nordlicht.example"}
    assert 'value="rechnung@nordlicht.example"' in accountant.get(url("payment", made)).content.decode()
    for _ in range(2):
        answer = accountant.post(url("send_receipt", made), sent)
        assert (answer.status_code, answer["Location"]) == (302, url("payment", made))
    (mail,) = Mail.objects.all()
    assert (mail.kind, mail.recipient, mail.subject, mail.language) == (
        "receipt", "kasse@nordlicht.example", made.uuid, "de",
    )  # fmt: skip


def test_wrong_address_is_refused_at_its_field(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    before = state()
    for wrong in ("", "nobody", "a@b@c"):
        answer = accountant.post(url("send_receipt", made), {"form_key": KEY, "recipient": wrong})
        assert answer.status_code == 422
        assert 'id="send_recipient_error"' in answer.content.decode()
    assert (state(), Mail.objects.count()) == (before, 0)


def test_cancelled_payment_has_none(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    cancel_payment(company=world.company, payment_uuid=made.uuid, reason="x", actor=world.owner, at=AT)
    assert url("receipt", made) not in accountant.get(url("payment", made)).content.decode()
    assert accountant.get(url("receipt", made)).status_code == 409
    before = state()
    answer = accountant.post(url("send_receipt", made), {"form_key": KEY, "recipient": "a@nordlicht.example"})
    assert answer.status_code == 422
    assert (state(), Mail.objects.count()) == (before, 0)


def test_roles_and_strangers(world: Any, stranger: Any, accountant: Browser, browser: Callable[[str], Browser]) -> None:
    made, theirs = payment(world, "100.00"), payment(stranger, "100.00")
    auditor = browser("auditor")
    assert auditor.get(url("receipt", made)).status_code == 202
    assert url("send_receipt", made) not in auditor.get(url("payment", made)).content.decode()
    sent = {"form_key": KEY, "recipient": "a@nordlicht.example"}
    assert auditor.post(url("send_receipt", made), sent).status_code == 403
    assert accountant.get(url("receipt", theirs)).status_code == 404
    assert accountant.post(url("send_receipt", theirs), sent).status_code == 404
    assert Mail.objects.count() == 0
