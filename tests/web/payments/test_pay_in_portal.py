"""Paying in the portal: several documents of one client, the right to pay, payments and receipts (SPEC U2)."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from billing.documents import pdf
from payments.actions.receipts import render_receipt
from payments.actions.receive import cancel_payment
from payments.models import Attempt, AttemptShare, PaymentReceipt
from tests.helpers.money import all_of, invoice, payment, state
from tests.helpers.paying import attempt_for, provider
from tests.helpers.portal import EMAIL, link_to, portal_account, portal_client, token_of
from tests.world import AT, make_client

HOME, PAYMENTS, CHOOSE, PANEL = 8, 3, 4, 8


@pytest.fixture
def account(world: Any) -> Any:
    cache.clear()
    return portal_account(world)


@pytest.fixture
def browser(account: Any) -> Browser:
    return portal_client(account)


def url(name: str, *more: Any) -> str:
    return reverse(f"portal_payments:{name}", args=["acme", *more])


def form_of(*documents: Any, **typed: str) -> dict[str, str]:
    """What the page's form for the documents' client and currency sends, all of `documents` ticked."""
    first = documents[0]
    sent = {"form_key": "k" * 32, "group": f"{first.client.uuid.hex}-{first.currency}"}
    return sent | {f"pay_{row.uuid.hex}": "on" for row in documents} | typed


@pytest.fixture
def silent(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider nobody answers for."""
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    monkeypatch.setenv("ACME__NO_SUCH_KEY", "sk_test_sandbox_none")
    monkeypatch.setenv("ACME__NO_SUCH_SECRET", "whsec_none")


def test_what_is_on_its_way_is_not_offered_again(world: Any, browser: Browser) -> None:
    provider(world)
    going, open_one = invoice(world, "100.00"), invoice(world, "50.00")
    attempt_for(world, going, state="processing")
    page = browser.get(url("choose")).content.decode()
    with translation.override("de"):
        told = gettext("A payment of %(number)s is on its way. Please do not pay again.") % {"number": going.number}
        nothing = gettext("Nothing is open that you could pay.")
    assert [told in page, f"pay_{going.uuid.hex}" in page, f"pay_{open_one.uuid.hex}" in page] == [True, False, True]
    attempt_for(world, open_one, state="processing")
    page = browser.get(url("choose")).content.decode()
    assert [nothing in page, 'name="group"' in page] == [False, False]


def test_several_documents_are_paid_at_once(world: Any, browser: Browser, silent: None) -> None:
    provider(world)
    one, two = invoice(world, "100.00"), invoice(world, "50.00")
    answer = browser.post(url("choose"), form_of(one, two, **{f"amount_{two.uuid.hex}": "20,00"}))
    made = Attempt.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].startswith(url("hand_over", made.uuid) + "?t=")
    assert (made.amount, made.recipient, made.return_path) == (Decimal("120.00"), EMAIL, url("came_back"))
    shares = AttemptShare.objects.order_by("amount").values_list("document__number", "amount")
    assert list(shares) == [(two.number, Decimal("20.00")), (one.number, Decimal("100.00"))]
    assert made.state == "unknown"


def test_page_ticks_what_was_asked_for(world: Any, browser: Browser) -> None:
    provider(world)
    one, two = invoice(world, "100.00"), invoice(world, "50.00")
    text = browser.get(url("choose"), {"document": str(two.uuid)}).content.decode()
    boxes = {row: f'name="pay_{row.uuid.hex}"' in text for row in (one, two)}
    assert boxes == {one: True, two: True}
    for row, ticked in ((one, False), (two, True)):
        tag = text.split(f'name="pay_{row.uuid.hex}"')[1].split(">")[0]
        assert ("checked" in tag) is ticked
    assert browser.get(url("choose"), {"document": "rubbish"}).status_code == 200


def test_nothing_ticked_is_refused(world: Any, browser: Browser) -> None:
    provider(world)
    one, two = invoice(world), invoice(world)
    sent = {name: value for name, value in form_of(one, two).items() if not name.startswith("pay_")}
    before = state()
    answer = browser.post(url("choose"), sent)
    assert answer.status_code == 422
    assert "Wählen Sie" in answer.content.decode() or "Choose at least one" in answer.content.decode()
    assert (state(), Attempt.objects.count()) == (before, 0)


def test_what_was_not_ticked_is_not_paid_in_its_place(world: Any, browser: Browser, silent: None) -> None:
    provider(world)
    ticked, other = invoice(world), invoice(world)
    sent = {name: value for name, value in form_of(ticked, other).items() if name != f"pay_{other.uuid.hex}"}
    payment(world, "100.00", all_of(ticked))
    before = state()
    assert browser.post(url("choose"), sent).status_code == 422
    assert (state(), Attempt.objects.count()) == (before, 0)


def test_document_beyond_the_page_is_shown_when_asked_for(
    world: Any, browser: Browser, silent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.views.customer.LIMIT", 1)
    provider(world)
    first, last = invoice(world), invoice(world)
    text = browser.get(url("choose"), {"document": str(last.uuid)}).content.decode()
    assert (first.number in text, last.number in text) == (True, True)
    assert browser.post(url("choose"), form_of(last)).status_code == 302
    assert AttemptShare.objects.get().document_id == last.pk


def test_each_client_and_currency_has_a_form_of_its_own(world: Any, account: Any, browser: Browser) -> None:
    provider(world)
    other = make_client(world.company, "Südlicht AG")
    portal_account(world, client=other)
    invoice(world)
    invoice(world, client=other)
    text = browser.get(url("choose")).content.decode()
    assert text.count('name="group"') == 2
    strange = invoice(world, client=make_client(world.company, "Fremd AG"))
    assert strange.number not in browser.get(url("choose")).content.decode()


def test_account_that_may_not_pay_is_offered_nothing(world: Any, silent: None) -> None:
    provider(world)
    document = invoice(world)
    browser = portal_client(portal_account(world, "leser@nordlicht.example", may_pay=False))
    assert 'name="group"' not in browser.get(url("choose")).content.decode()
    before = state()
    assert browser.post(url("choose"), form_of(document)).status_code == 409
    assert (state(), Attempt.objects.count()) == (before, 0)
    page = browser.get(reverse("portal_billing:document", args=["acme", document.uuid])).content.decode()
    assert url("choose") not in page


def test_document_of_others_is_not_payable(world: Any, stranger: Any, browser: Browser, silent: None) -> None:
    provider(world)
    provider(stranger)
    mine, far = invoice(world), invoice(stranger)
    other = invoice(world, client=make_client(world.company, "Fremd AG"))
    before = state()
    for wrong in (far, other):
        assert browser.post(url("choose"), form_of(wrong)).status_code == 409
        sent = form_of(mine) | {f"pay_{wrong.uuid.hex}": "on"}
        del sent[f"pay_{mine.uuid.hex}"]
    assert (state(), Attempt.objects.count()) == (before, 0)


def test_pages_of_others_do_not_exist(world: Any, stranger: Any, browser: Browser) -> None:
    provider(world)
    provider(stranger)
    other = invoice(world, client=make_client(world.company, "Fremd AG"))
    far = invoice(stranger)
    for company, document in ((world, other), (stranger, far)):
        made = attempt_for(company, document, state="succeeded")
        assert made.payment is not None
        for name, key in (("attempt", made.uuid), ("hand_over", made.uuid), ("receipt", made.payment.uuid)):
            assert browser.get(url(name, key)).status_code == 404


def test_panel_offers_to_pay_and_shows_what_came(world: Any, browser: Browser) -> None:
    provider(world)
    document = invoice(world)
    page = reverse("portal_billing:document", args=["acme", document.uuid])
    pay = f"{url('choose')}?document={document.uuid}"
    assert pay in browser.get(page).content.decode()
    made = attempt_for(world, document, state="processing")
    text = browser.get(page).content.decode()
    assert pay not in text
    assert url("attempt", made.uuid) in text
    other = invoice(world)
    paid = payment(world, "100.00", all_of(other))
    text = browser.get(reverse("portal_billing:document", args=["acme", other.uuid])).content.decode()
    assert url("receipt", paid.uuid) in text


def test_panel_behind_a_link_to_look_has_no_way_to_pay(world: Any) -> None:
    provider(world)
    document = invoice(world)
    for purpose, shown in (("view", False), ("pay", True)):
        token = token_of(link_to(world, document, purpose))
        text = Browser().get(reverse("link_billing:document", args=[token])).content.decode()
        assert (reverse("link_payments:pay", args=[token]) in text) is shown


def test_payments_are_listed_with_their_receipts(world: Any, browser: Browser) -> None:
    assert "Noch keine" in browser.get(url("payments")).content.decode() or browser.get(url("payments"))
    paid = payment(world, "100.00", all_of(invoice(world)))
    gone = payment(world, "70.00")
    cancel_payment(company=world.company, payment_uuid=gone.uuid, reason="x", actor=world.owner, at=AT)
    other = payment(world, "33.00", client=make_client(world.company, "Fremd AG"))
    text = browser.get(url("payments")).content.decode()
    assert [url("receipt", row.uuid) in text for row in (paid, gone, other)] == [True, False, False]
    assert url("receipt", paid.uuid) in browser.get(reverse("portal:home", args=["acme"])).content.decode()
    assert browser.get(url("receipt", gone.uuid)).status_code == 404


def test_receipt_is_waited_for_then_served(world: Any, browser: Browser) -> None:
    paid = payment(world, "100.00", all_of(invoice(world)))
    waits = browser.get(url("receipt", paid.uuid))
    assert waits.status_code == 202
    assert PaymentReceipt.objects.count() == 0
    pdf.warm()
    render_receipt(payment_id=paid.pk, language="de", at=AT)
    answer = browser.get(url("receipt", paid.uuid) + "?download")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="Zahlungsbestaetigung-2026-03-16.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow(world: Any, browser: Browser, count: int) -> None:
    provider(world)
    documents = [invoice(world) for _ in range(count)]
    for _ in range(count):
        payment(world, "10.00", all_of(invoice(world, "10.00")))
    pages = {
        url("payments"): PAYMENTS,
        url("choose"): CHOOSE,
        reverse("portal:home", args=["acme"]): HOME,
        reverse("portal_billing:document", args=["acme", documents[0].uuid]): PANEL,
    }
    for page, wanted in pages.items():
        browser.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page).status_code == 200
        assert len(asked) == wanted, page + "\n" + "\n".join(query["sql"][:150] for query in asked)


def test_everybody_else_is_sent_to_the_sign_in(world: Any) -> None:
    for name in ("choose", "payments", "came_back"):
        answer = Browser().get(url(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("portal:sign_in", args=["acme"]))
