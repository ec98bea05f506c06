"""The page of one payment: what became of it, and taking things back."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoicing_site.messages import SENTENCES
from payments.actions.allocate import Share
from payments.actions.refund import record_refund
from payments.models import Allocation, Payment, Refund
from tests.helpers.money import all_of, fields, invoice, payment, settled, state
from tests.helpers.people import office_client
from tests.world import AT, TODAY

KEY = "k" * 32
QUERIES = 16


def url(name: str, key: uuid.UUID, slug: str = "acme") -> str:
    return reverse(f"payments:{name}", args=[slug, key])


def page(browser: Browser, made: Payment) -> str:
    answer = browser.get(url("payment", made.uuid))
    assert answer.status_code == 200
    return answer.content.decode()


def refund(world: Any, made: Payment, amount: str) -> Refund:
    return record_refund(
        company=world.company, payment_uuid=made.uuid, amount=Decimal(amount), refunded_on=TODAY, method="transfer",
        reason="paid twice", actor=world.owner, at=AT,
    )  # fmt: skip


def test_page_shows_where_the_money_went(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    made = payment(world, "160.00", all_of(document), reference="Rg 1")
    refund(world, made, "20.00")
    text = page(accountant, made)
    assert "€160.00 from Nordlicht Medien GmbH" in text
    assert reverse("billing:document", args=["acme", document.uuid]) in text
    assert reverse("clients:client", args=["acme", world.client.uuid]) in text
    for shown in ("Partly applied", "€100.00", "€40.00", "€20.00", "paid twice", "Rg 1", "Accountant Acme"):
        assert shown in text
    for told in ("Payment recorded", "€100.00 applied to RE-2026-00001", "Refund recorded"):
        assert told in text
    assert "Changed" not in text


@pytest.mark.parametrize(("used", "label"), [("0", "Unapplied"), ("60", "Partly applied"), ("100", "Applied")])
def test_label_says_what_is_left(world: Any, accountant: Browser, used: str, label: str) -> None:
    document = invoice(world)
    shares = [Share(document.uuid, Decimal(used))] if Decimal(used) else []
    made = payment(world, "100.00", *shares)
    assert f">{label}</span>" in page(accountant, made)


def test_wholly_refunded_is_not_called_applied(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    refund(world, made, "100.00")
    assert ">Refunded</span>" in page(accountant, made)


def test_undo_opens_the_document_again(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    made = payment(world, "100.00", all_of(document))
    allocation = Allocation.objects.get()
    target = url("undo_allocation", allocation.uuid)
    assert target in page(accountant, made)
    sent = {"form_key": KEY, "reason": "wrong invoice"}
    answer = accountant.post(target, sent)
    assert (answer.status_code, answer["Location"]) == (302, url("payment", made.uuid))
    document.refresh_from_db()
    made.refresh_from_db()
    assert (document.open_amount, made.unapplied) == (100, 100)
    text = page(accountant, made)
    assert "wrong invoice" in text
    assert "€100.00 taken back from RE-2026-00001" in text
    assert target not in text
    assert accountant.post(target, sent)["Location"] == url("payment", made.uuid)
    assert Allocation.objects.count() == 2
    settled()


def test_undo_twice_is_refused(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00", all_of(invoice(world)))
    allocation = Allocation.objects.get()
    accountant.post(url("undo_allocation", allocation.uuid), {"form_key": KEY, "reason": "wrong"})
    before = state()
    again = accountant.post(url("undo_allocation", allocation.uuid), {"form_key": "l" * 32, "reason": "wrong"})
    assert again.status_code == 422
    assert state() == before
    assert page(accountant, made)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_reason_is_asked_for_at_its_field(world: Any, accountant: Browser, reason: str) -> None:
    payment(world, "100.00", all_of(invoice(world)))
    allocation = Allocation.objects.get()
    before = state()
    answer = accountant.post(url("undo_allocation", allocation.uuid), {"form_key": KEY, "reason": reason})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="undo_{allocation.pk}_reason_error"' in text
    assert 'name="menus" open' in text
    assert state() == before


def test_cancel_books_the_opposite(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    sent = {"form_key": KEY, "reason": "never came"}
    assert url("cancel", made.uuid) in page(accountant, made)
    assert accountant.post(url("cancel", made.uuid), sent).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.cancel_reason) == ("cancelled", "never came")
    text = page(accountant, made)
    assert "never came" in text
    assert url("cancel", made.uuid) not in text
    assert url("apply", made.uuid) not in text
    settled()


def test_payment_in_use_is_not_cancelled(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00", all_of(invoice(world)))
    assert url("cancel", made.uuid) not in page(accountant, made)
    before = state()
    answer = accountant.post(url("cancel", made.uuid), {"form_key": KEY, "reason": "never came"})
    assert answer.status_code == 422
    assert state() == before
    assert accountant.post(url("cancel", made.uuid), {"form_key": KEY, "reason": ""}).status_code == 422
    assert state() == before


def test_parts_lead_to_their_payment(world: Any, accountant: Browser) -> None:
    made = payment(world, "160.00", all_of(invoice(world)))
    given = refund(world, made, "20.00")
    part = Allocation.objects.get()
    assert accountant.get(url("allocation", part.uuid))["Location"] == f"{url('payment', made.uuid)}#a{part.pk}"
    assert accountant.get(url("refund", given.uuid))["Location"] == f"{url('payment', made.uuid)}#r{given.pk}"


def test_roles_without_the_right_change_nothing(world: Any, browser: Callable[[str], Browser]) -> None:
    made = payment(world, "160.00", all_of(invoice(world)))
    part = Allocation.objects.get()
    before = state()
    for role in ("clerk", "auditor"):
        person = browser(role)
        text = page(person, made)
        assert "Undo" not in text
        assert url("apply", made.uuid) not in text
        for target in (url("undo_allocation", part.uuid), url("cancel", made.uuid), url("apply", made.uuid)):
            assert person.post(target, {"form_key": KEY, "reason": "x"}).status_code == 403
    assert state() == before


def test_payments_of_a_stranger_do_not_exist(world: Any, stranger: Any, accountant: Browser) -> None:
    theirs = payment(stranger, "160.00", all_of(invoice(stranger)))
    part = Allocation.objects.get()
    given = record_refund(
        company=stranger.company, payment_uuid=theirs.uuid, amount=Decimal(1), refunded_on=TODAY, method="cash",
        reason="x", actor=None, at=AT,
    )  # fmt: skip
    before = state()
    pages = [
        ("payment", theirs),
        ("apply", theirs),
        ("refund_payment", theirs),
        ("allocation", part),
        ("refund", given),
    ]
    for name, row in pages:
        assert accountant.get(url(name, row.uuid)).status_code == 404
        assert accountant.get(url(name, row.uuid, "globex")).status_code == 404
    posts = [
        ("cancel", theirs),
        ("apply", theirs),
        ("undo_allocation", part),
        ("undo_refund", given),
        ("refund_payment", theirs),
    ]
    for name, row in posts:
        assert accountant.post(url(name, row.uuid), {"form_key": KEY, "reason": "x"}).status_code == 404
    assert state() == before


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_allocations(world: Any, accountant: Browser, count: int) -> None:
    documents = [invoice(world, on=dt.date(2026, 3, day + 1)) for day in range(count)]
    made = payment(world, "400.00", *(all_of(document) for document in documents))
    refund(world, made, "1.00")
    page(accountant, made)
    with CaptureQueriesContext(connection) as asked:
        page(accountant, made)
    assert len(asked) == QUERIES, "\n".join(query["sql"][:150] for query in asked)


def test_sentences_name_money_with_its_currency(world: Any, accountant: Browser) -> None:
    assert "%(left)s" in str(SENTENCES["refund.too_much"])
    made = payment(world, "100.00")
    sent = {"form_key": KEY, "amount": "100.01", "refunded_on": str(TODAY), "method": "cash", "reason": "x"}
    answer = office_client(world.owner).post(url("refund_payment", made.uuid), sent)
    assert "Only €100.00 of this payment is unapplied" in answer.content.decode()


def test_history_tells_who_when_and_why_once(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    begun = fields(accountant.get("/acme/payments/new/", {"document": str(document.uuid)}).content.decode())
    accountant.post("/acme/payments/new/", begun)
    made, part = Payment.objects.get(), Allocation.objects.get()
    accountant.post(url("undo_allocation", part.uuid), {"form_key": KEY, "reason": "wrong invoice"})
    accountant.post(url("cancel", made.uuid), {"form_key": "l" * 32, "reason": "never came"})
    text = page(accountant, made)
    told = re.findall(r"<p>(?:<a[^>]*>)?([^<]+)(?:</a>)?</p>", text.split('class="timeline"')[1].split("</ol>")[0])
    assert told == [
        "Payment cancelled", "€100.00 taken back from RE-2026-00001", "€100.00 applied to RE-2026-00001", "Payment recorded",
    ]  # fmt: skip
    assert list(made.history.order_by("history_id").values_list("history_change_reason", flat=True))[-2:] == [
        "wrong invoice",
        "never came",
    ]
    assert text.count("wrong invoice") == 2
