"""The frame of a document: heading, dates, references, payment block, draft."""

import dataclasses
from typing import Any

import pytest

from billing.documents.parts import Row
from billing.documents.view import DocumentView, document_view
from tests.helpers.papers import SELLER, due, facts, parties


def view(seller: dict[str, Any] | None = None, *, draft: bool = False, **changes: Any) -> DocumentView:
    return document_view(facts(1, **changes), parties(seller), draft=draft)


def test_heading_title_and_running_title_name_document_and_seller() -> None:
    printed = view()
    assert printed.heading == "Invoice INV-2026-00042"
    assert printed.title == "Invoice INV-2026-00042 – Spreebogen Werkstatt"
    assert printed.running == "Spreebogen Werkstatt · Invoice INV-2026-00042"
    assert view(language="de").heading == "Rechnung INV-2026-00042"


def test_a_draft_has_no_number_a_mark_and_no_code_to_pay() -> None:
    draft = view(draft=True, number=None, payment_reference=None)
    assert (draft.heading, draft.draft) == ("Invoice (draft)", "Draft")
    assert draft.payment is not None
    assert draft.payment.qr is None
    assert draft.meta[0].label == "Date"
    assert view().draft == ""


@pytest.mark.parametrize(
    ("supply_from", "supply_to", "row"),
    [
        (None, "2026-11-30", Row("Supply date", "30 Nov 2026")),
        ("2026-11-30", "2026-11-30", Row("Supply date", "30 Nov 2026")),
        ("2026-11-01", "2026-11-30", Row("Supply period", "1 Nov 2026 – 30 Nov 2026")),
    ],
)
def test_supply_is_a_day_or_a_period(supply_from: str | None, supply_to: str, row: Row) -> None:
    assert view(supply_from=supply_from, supply_to=supply_to).meta[2] == row


def test_every_reference_is_printed() -> None:
    printed = view(buyer_reference="MP/77", contract="V-1", delivery_note="LS-2", project="South").meta[-5:]
    assert printed == (
        Row("Your reference", "MP/77"),
        Row("Purchase order", "PO-88123"),
        Row("Contract", "V-1"),
        Row("Delivery note", "LS-2"),
        Row("Project", "South"),
    )


def test_the_payment_block_names_account_and_reference() -> None:
    payment = view().payment
    assert payment is not None
    assert payment.sentence == "Please pay €178.50 by 4 Dec 2026."
    assert payment.terms == "Payable within 14 days without deduction."
    assert payment.account == (
        Row("Account holder", "Spreebogen Werkstatt GmbH"),
        Row("IBAN", "DE89 3704 0044 0532 0130 00"),
        Row("BIC", "COBADEFFXXX"),
        Row("Bank", "Commerzbank Berlin"),
        Row("Payment reference", "RF36 INV2 0260 0042"),
    )


def test_an_american_account_has_number_and_routing_number() -> None:
    bank = {
        "holder": "",
        "iban": "",
        "bic": "",
        "bank_name": "First Bank",
        "account_number": "123",
        "routing_number": "456",
    }
    payment = view({"bank": bank}).payment
    assert payment is not None
    assert payment.account[:4] == (
        Row("Account holder", "Spreebogen Werkstatt GmbH"),
        Row("Account number", "123"),
        Row("Routing number", "456"),
        Row("Bank", "First Bank"),
    )
    assert payment.qr is None


def test_without_a_bank_the_reference_still_stands() -> None:
    payment = view({"bank": None}, payment_reference="INV-42").payment
    assert payment is not None
    assert (payment.account, payment.qr) == ((Row("Payment reference", "INV-42"),), None)


@pytest.mark.parametrize(
    ("terms", "net_days", "shown"),
    [
        ("", 14, "Payable within 14 days without deduction."),
        ("", 0, "Payable at once without deduction."),
        ("As agreed.", 14, "As agreed."),
        ("", None, ""),
    ],
)
def test_terms_are_the_agreed_words_or_the_net_days(terms: str, net_days: int | None, shown: str) -> None:
    payment = view(terms=terms, net_days=net_days).payment
    assert payment is not None
    assert payment.terms == shown


def test_instalments_are_listed_and_have_no_single_code() -> None:
    printed = view(due=[due("2026-12-04", "100.00"), due("2027-01-04", "78.50")])
    assert printed.payment is not None
    assert printed.payment.sentence == "Please pay in these parts:"
    assert printed.payment.parts == (Row("4 Dec 2026", "€100.00"), Row("4 Jan 2027", "€78.50"))
    assert printed.payment.qr is None
    assert "Due" not in [row.label for row in printed.meta]


def test_nothing_owed_means_no_payment_block() -> None:
    assert view(total="0.00", due=[]).payment is None


def test_without_due_dates_no_sentence_is_made_up() -> None:
    payment = view(due=[]).payment
    assert payment is not None
    assert (payment.sentence, payment.parts) == ("", ())


def test_the_view_is_frozen_and_all_the_way_down() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        view().heading = "Receipt"  # type: ignore[misc]
    assert isinstance(hash(view()), int)


def test_an_unknown_schema_or_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown snapshot schema"):
        view(schema=3)
    with pytest.raises(KeyError):
        view(kind="receipt")


def test_the_same_snapshot_gives_the_same_view() -> None:
    assert view() == view()
    assert SELLER["bank"]["iban"] == "DE89370400440532013000"
