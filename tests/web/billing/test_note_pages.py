"""The pages that correct a document, as a browser without scripts walks them."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import Document, Settlement
from tests.helpers.money import all_of, fields, invoice, payment, row_of, settled, state
from tests.helpers.notes import billed, credited, fresh, line, series
from tests.helpers.people import office_client
from tests.world import TODAY

D = Decimal


@pytest.fixture(autouse=True)
def _series(world: Any) -> None:
    series(world)


@pytest.fixture
def accountant(world: Any) -> Browser:
    return office_client(world.accountant)


def at(name: str, *ids: Any) -> str:
    return reverse(name, args=["acme", *ids])


def page(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def test_single_lines_are_chosen_and_the_draft_is_issued(world: Any, accountant: Browser) -> None:
    document = billed(world)
    url = at("billing:document_credit", document.uuid)
    assert url in page(accountant, at("billing:document", document.uuid))
    sent = fields(page(accountant, url)) | {
        "how": "lines", "reason_code": "return", f"q{line(document, 1).pk}": "1", f"a{line(document, 2).pk}": "0.50",
    }  # fmt: skip
    answer = accountant.post(url, sent)
    note = Document.objects.get(kind="credit_note")
    here = at("billing:document", note.uuid)
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert accountant.post(url, sent)["Location"] == here
    assert (Document.objects.filter(kind="credit_note").count(), note.net) == (1, D("95.60"))
    html = page(accountant, here)
    assert at("billing:document_edit", note.uuid) not in html
    assert accountant.get(at("billing:document_edit", note.uuid))["Location"] == here
    issue = at("billing:document_issue", note.uuid)
    assert issue in html
    answer = accountant.post(issue, {"form_key": "k" * 32, "revision": "1"})
    assert answer.status_code == 302, answer.content.decode()
    assert fresh(note).number == "GS-2026-00001"
    html = page(accountant, here)
    assert document.number in html
    assert "GS-2026-00001" in page(accountant, at("billing:document", document.uuid))
    settled()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"how": "amount"}, "Enter the amount."),
        ({"how": "amount", "amount": "99999"}, "are left to credit"),
        ({"how": "amount", "amount": "0"}, "above zero"),
        ({"how": "amount", "amount": "NaN"}, "number"),
        ({"how": "lines"}, "Choose at least one line"),
        ({"how": "lines", "q1": "9"}, "of this line are left"),
        ({"how": "lines", "a1": "1000"}, "of this line are left"),
        ({"how": "lines", "q1": "1", "a1": "1"}, "not both"),
        ({"how": "lines", "q1": "-1"}, "above zero"),
        ({"how": "rest", "reason_code": ""}, "required"),
        ({"how": "rest", "reason_code": "other", "reason": ""}, "Say the reason in words"),
        ({"how": "nonsense"}, "valid choice"),
    ],
)
def test_what_cannot_be_credited_is_said_at_its_field(
    world: Any, accountant: Browser, typed: dict[str, str], said: str
) -> None:
    document = billed(world)
    url = at("billing:document_credit", document.uuid)
    names = {"q1": f"q{line(document, 1).pk}", "a1": f"a{line(document, 1).pk}"}
    sent = fields(page(accountant, url)) | {"reason_code": "price"} | {names.get(k, k): v for k, v in typed.items()}
    before = state()
    answer = accountant.post(url, sent, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert state() == before
    assert not Document.objects.filter(kind="credit_note").exists()


def test_cancel_and_draft_anew(world: Any, accountant: Browser) -> None:
    document = billed(world)
    url = at("billing:document_cancel", document.uuid)
    assert "checked" in page(accountant, f"{url}?again")
    sent = fields(page(accountant, url)) | {"reason": "Doppelt"}
    assert accountant.post(url, sent)["Location"] == at("billing:document", document.uuid)
    assert fresh(document).credited == document.total
    other = billed(world)
    url = at("billing:document_cancel", other.uuid)
    answer = accountant.post(url, fields(page(accountant, url)) | {"reason": "Anschrift", "again": "on"})
    draft = Document.objects.get(replaces=other)
    assert answer["Location"] == at("billing:document_edit", draft.uuid)
    html = page(accountant, at("billing:document", draft.uuid))
    assert other.number in html
    assert accountant.post(url, fields(page(accountant, at("billing:document_debit", other.uuid)))).status_code == 422


def test_write_off_and_take_back(world: Any, accountant: Browser) -> None:
    document = billed(world)
    url = at("billing:document_write_off", document.uuid)
    sent = fields(page(accountant, url))
    assert sent["amount"] == "310.32"
    assert accountant.post(url, sent | {"amount": "310.33", "reason": "x"}).status_code == 422
    assert fresh(document).open_amount == document.total
    answer = accountant.post(url, sent | {"tax_relief": "on", "reason": "Insolvenz"})
    assert answer["Location"] == at("billing:document", document.uuid)
    row = Settlement.objects.get()
    assert (row.kind, row.amount, fresh(document).open_amount) == ("write_off", D("310.32"), 0)
    undo = at("billing:write_off_recover", document.uuid, row.uuid)
    assert undo in page(accountant, at("billing:document", document.uuid))
    accountant.post(undo, {"form_key": "a" * 32, "reason": ""})
    assert fresh(document).open_amount == 0
    accountant.post(undo, {"form_key": "b" * 32, "reason": "Zahlt doch"})
    assert fresh(document).open_amount == document.total
    accountant.post(undo, {"form_key": "c" * 32, "reason": "Noch einmal"})
    assert fresh(document).open_amount == document.total
    settled()


def test_credit_is_applied_settled_outside_paid_out_and_undone(world: Any, accountant: Browser) -> None:
    document = billed(world)
    payment(world, "310.32", all_of(document))
    note, other = credited(world, document), invoice(world, "100.00")
    here = at("billing:document", note.uuid)
    html = page(accountant, here)
    for name in ("billing:credit_apply", "billing:credit_outside", "payments:refund_credit"):
        assert at(name, note.uuid) in html
    url = at("billing:credit_apply", note.uuid)
    sent = fields(page(accountant, url))
    assert (sent["document"], sent["amount"]) == (str(other.uuid), "100")
    assert accountant.post(url, sent | {"amount": "100.01"}).status_code == 422
    assert accountant.post(url, sent)["Location"] == here
    url = at("billing:credit_outside", note.uuid)
    sent = fields(page(accountant, url)) | {"amount": "10.32", "reason": "Ware"}
    assert accountant.post(url, sent)["Location"] == here
    url = at("payments:refund_credit", note.uuid)
    sent = fields(page(accountant, url)) | {"refunded_on": str(TODAY), "reason": "Ueberwiesen"}
    assert (sent["amount"], sent["method"]) == ("200.00", "transfer")
    assert accountant.post(url, sent | {"refunded_on": "2026-03-15"}).status_code == 422
    assert accountant.post(url, sent)["Location"] == here
    assert fresh(note).open_amount == 0
    settled()
    html = page(accountant, here)
    for row in Settlement.objects.filter(document=note).exclude(kind="applied"):
        name = "payments:undo_credit_refund" if row.kind == "refund" else "billing:settlement_undo"
        assert at(name, note.uuid, row.uuid) in html
        accountant.post(at(name, note.uuid, row.uuid), {"form_key": row.uuid.hex, "reason": "Irrtum"})
    credit = Settlement.objects.get(document=other)
    accountant.post(at("billing:settlement_undo", other.uuid, credit.uuid), {"form_key": "z" * 32, "reason": "Irrtum"})
    assert (fresh(note).open_amount, fresh(other).open_amount) == (D("310.32"), D("100.00"))
    settled()


def test_pages_that_make_no_sense_lead_back(world: Any, accountant: Browser) -> None:
    document = billed(world)
    note = credited(world, document)
    for name, found in (
        ("billing:document_credit", document), ("billing:document_credit", note), ("billing:document_cancel", note),
        ("billing:document_debit", note), ("billing:document_write_off", document), ("billing:credit_apply", note),
        ("billing:credit_apply", document), ("billing:credit_outside", note), ("payments:refund_credit", note),
    ):  # fmt: skip
        assert accountant.get(at(name, found.uuid))["Location"] == at("billing:document", found.uuid), name


def test_a_clerk_corrects_nothing(world: Any) -> None:
    document, clerk = billed(world), office_client(world.people["clerk"])
    html = page(clerk, at("billing:document", document.uuid))
    assert at("billing:document_credit", document.uuid) not in html
    for name in ("document_credit", "document_cancel", "document_debit", "document_write_off"):
        assert clerk.get(at(f"billing:{name}", document.uuid)).status_code == 403


def test_open_credit_is_taken_off_receivables_and_the_clients_page(world: Any, accountant: Browser) -> None:
    document = billed(world)
    payment(world, "310.32", all_of(document))
    invoice(world, "500.00")
    credited(world, document)
    html = page(accountant, "/acme/receivables/")
    assert "less the credit of 1 credit note in EUR" in html
    assert "less the credit" not in page(accountant, "/acme/receivables/?age=1-30")
    html = page(accountant, f"/acme/clients/{world.client.uuid}/")
    assert "Open credit" in html
    assert "of 1 credit note" in html


def test_the_discount_for_paying_early_is_offered_where_it_was_promised(world: Any, accountant: Browser) -> None:
    plain, early = billed(world), billed(world, discount_percent=D(2), discount_days=10)
    url = "/acme/payments/new/"
    sent = fields(page(accountant, f"{url}?document={early.uuid}"))
    prefix, other = row_of(sent, early), row_of(sent, plain)
    assert (sent[f"{prefix}-rest"], f"{other}-rest" in sent) == ("", False)
    sent |= {"amount": "304.11", "received_on": str(TODAY), f"{prefix}-amount": "304.11", f"{prefix}-rest": "discount"}
    assert accountant.post(url, sent | {"received_on": "2026-03-27"}).status_code == 422
    assert not Settlement.objects.exists()
    assert accountant.post(url, sent | {f"{prefix}-rest": "nonsense"}).status_code == 422
    assert accountant.post(url, sent).status_code == 302
    assert list(Settlement.objects.order_by("pk").values_list("kind", "amount")) == [
        ("payment", D("304.11")), ("discount", D("6.21")),
    ]  # fmt: skip
    settled()
