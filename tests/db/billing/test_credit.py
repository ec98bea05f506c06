"""Credit notes: what they take, lower, leave open, and how each of it is undone."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.client_credit import apply_credit, settle_outside, unapply_credit, undo_outside
from billing.actions.credit import cancel, draft_credit, draft_debit, reissue
from billing.actions.drafts import create_draft, save_draft
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.void import record_delivery, void
from billing.documents.source import read
from billing.models import Document, Entry, ExchangeRate, Settlement
from billing.reports.page import issued_view
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.money import all_of, invoice, payment, settled
from tests.helpers.notes import balances, billed, chosen, credited, fresh, note_draft, series
from tests.helpers.rows import print_of, stored
from tests.world import AT, TODAY, make_world

D = Decimal


@pytest.fixture(autouse=True)
def _series(world: Any) -> None:
    series(world)


@pytest.fixture
def other(world: Any) -> Any:
    return make_world("beta")


def proven(world: Any) -> None:
    settled()
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def refused(code: str, verb: Any, **given: Any) -> str | None:
    before = print_of(stored())
    with pytest.raises(BusinessError) as caught:
        verb(**given)
    assert caught.value.code == code
    assert print_of(stored()) == before
    return caught.value.field


def by(world: Any) -> dict[str, Any]:
    return {"company": world.company, "actor": world.accountant, "at": AT}


def test_a_full_note_leaves_nothing_of_the_invoice(world: Any) -> None:
    document = billed(world)
    note = credited(world, document, reason_code="other", reason="Falsch bestellt")
    assert (note.kind, note.number, note.state) == ("credit_note", "GS-2026-00001", "issued")
    assert (note.net, note.tax, note.total, note.open_amount) == (document.net, document.tax, D("310.32"), 0)
    document = fresh(document)
    assert (document.open_amount, document.credited) == (0, D("310.32"))
    assert balances(world) == {}
    pair = list(Settlement.objects.order_by("id").values_list("document", "kind", "amount", "counterpart"))
    first = Settlement.objects.order_by("id").first()
    assert pair == [
        (note.pk, "applied", D("310.32"), None),
        (document.pk, "credit", D("310.32"), first.pk if first else 0),
    ]
    told = Event.objects.filter(type__in=["document.credited", "credit.applied"]).order_by("id")
    assert list(told.values_list("type", "subject")) == [
        ("document.credited", document.uuid),
        ("credit.applied", document.uuid),
        ("credit.applied", note.uuid),
    ]
    view = issued_view(note)
    assert view is not None
    proven(world)


def test_partial_notes_by_quantity_and_amount_end_at_the_last_cent(world: Any) -> None:
    document = billed(world)
    first = credited(world, document, chosen(document, 1, "1"), chosen(document, 2, "1"))
    assert (first.net, first.tax, first.total) == (D("103.64"), D("18.67"), D("122.31"))
    second = credited(world, document, chosen(document, 1, amount="0.01"), reason_code="price")
    assert (second.net, second.total) == (D("0.01"), D("0.01"))
    third = draft_credit(document_uuid=document.uuid, amount=D("50.00"), reason_code="goodwill", **by(world))
    third = issue(document_uuid=third.uuid, **by(world))
    assert third.net == D("50.00")
    last = credited(world, document, reason_code="cancelled")
    notes = [first, second, third, last]
    assert sum(note.total for note in notes) == document.total
    assert sum(note.tax for note in notes) == document.tax
    assert fresh(document).open_amount == 0
    assert balances(world) == {}
    proven(world)
    refused("credit.nothing_left", note_draft, world=world, document=document)


def test_what_was_paid_becomes_credit_of_the_client(world: Any) -> None:
    document = billed(world)
    payment(world, "310.32", all_of(document))
    note = credited(world, document)
    assert (note.open_amount, fresh(document).open_amount) == (D("310.32"), 0)
    assert balances(world)["1400"] == D("-310.32")
    other = invoice(world, "200.00")
    pair = apply_credit(note_uuid=note.uuid, document_uuid=other.uuid, amount=D("150.00"), **by(world))
    assert (fresh(note).open_amount, fresh(other).open_amount) == (D("160.32"), D("50.00"))
    proven(world)
    refused("credit.used", void, document_uuid=note.uuid, reason="x", **by(world))
    unapply_credit(settlement_uuid=pair.uuid, **by(world))
    assert (fresh(note).open_amount, fresh(other).open_amount) == (D("310.32"), D("200.00"))
    refused("allocation.undone", unapply_credit, settlement_uuid=pair.uuid, **by(world))
    outside = settle_outside(note_uuid=note.uuid, amount=D("310.32"), reason="Gegen Ware", **by(world))
    assert balances(world)["1370"] == D("-310.32")
    proven(world)
    undo_outside(settlement_uuid=outside.uuid, reason="Doch nicht", **by(world))
    assert fresh(note).open_amount == D("310.32")
    proven(world)
    void(document_uuid=note.uuid, reason="Irrtum", **by(world))
    assert (fresh(document).credited, fresh(document).open_amount) == (0, 0)
    proven(world)


def test_the_open_part_is_lowered_first(world: Any) -> None:
    document = billed(world)
    payment(world, "200.00", type(all_of(document))(document.uuid, D("200.00")))
    note = credited(world, document, chosen(document, 1, "2.5"))
    assert note.total == D("282.91")
    assert (fresh(document).open_amount, note.open_amount) == (0, D("172.59"))
    proven(world)


def test_a_void_note_gives_back_what_it_took(world: Any) -> None:
    document = billed(world)
    first, second = (
        credited(world, document, chosen(document, 1, "1")),
        credited(world, document, chosen(document, 2, "1")),
    )
    refused("credit.later_note", void, document_uuid=first.uuid, reason="x", **by(world))
    refused("document.credited", void, document_uuid=document.uuid, reason="x", **by(world))
    void(document_uuid=second.uuid, reason="Irrtum", **by(world))
    proven(world)
    void(document_uuid=first.uuid, reason="Irrtum", **by(world))
    document = fresh(document)
    assert (document.open_amount, document.credited) == (document.total, 0)
    assert balances(world)["1400"] == document.total
    whole = credited(world, document)
    assert (whole.total, whole.tax) == (document.total, document.tax)
    proven(world)
    record_delivery(document_uuid=whole.uuid, on=TODAY, **by(world))
    refused("document.delivered", void, document_uuid=whole.uuid, reason="x", **by(world))


def test_prices_with_tax_and_tax_by_line_come_out_even(world: Any) -> None:
    for fields in (
        {"prices_include_tax": True},
        {"tax_rounding": "line"},
        {"prices_include_tax": True, "tax_rounding": "line"},
    ):
        document = billed(world, **fields)
        parts = [
            credited(world, document, chosen(document, 1, "1.1")),
            credited(world, document, chosen(document, 2, "1")),
        ]
        parts.append(credited(world, document))
        assert sum(note.total for note in parts) == document.total
        assert sum(note.tax for note in parts) == document.tax
        assert fresh(document).open_amount == 0
    assert balances(world) == {}
    proven(world)


def test_the_rate_of_exchange_stays_that_of_the_invoice(world: Any) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date="2026-03-01", rate=D("0.913337"), source="ECB"
    )
    document = invoice(world, "100.03", "USD")
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date="2026-03-16", rate=D("0.8"), source="ECB"
    )
    notes = [credited(world, document, chosen(document, 1, amount=part)) for part in ("33.34", "33.34")]
    notes.append(credited(world, document))
    assert {note.fx_rate for note in notes} == {document.fx_rate}
    assert {str(note.fx_rate_date) for note in notes} == {"2026-03-01"}
    proven(world)


def test_withheld_tax_and_rounding_come_back_in_proportion(world: Any) -> None:
    document = billed(world, withholding_percent=D(15), cash_unit=D("0.05"))
    parts = [credited(world, document, chosen(document, 1, "1")), credited(world, document)]
    assert sum(note.withheld for note in parts) == document.withheld
    assert sum(note.rounding for note in parts) == document.rounding
    assert sum(note.payable for note in parts) == document.payable
    assert fresh(document).open_amount == 0
    assert balances(world) == {}
    proven(world)


def test_cancel_and_reissue_are_linked_both_ways(world: Any) -> None:
    document = billed(world)
    draft = reissue(document_uuid=document.uuid, reason="Anschrift", **by(world))
    note = Document.objects.get(corrects=document)
    assert (note.reason_code, note.reason, note.total) == ("cancelled", "Anschrift", document.total)
    assert (draft.state, draft.kind, draft.replaces_id, draft.total) == (
        "draft",
        "invoice",
        document.pk,
        document.total,
    )
    again = issue(document_uuid=draft.uuid, **by(world))
    assert again.open_amount == document.total
    assert list(Event.objects.filter(type="document.cancelled").values_list("subject", flat=True)) == [document.uuid]
    second = reissue(document_uuid=document.uuid, **by(world))
    assert (second.replaces_id, Document.objects.filter(corrects=document).count()) == (document.pk, 1)
    refused("credit.nothing_left", cancel, document_uuid=document.uuid, **by(world))
    refused("credit.not_issued", cancel, document_uuid=note.uuid, **by(world))
    refused("credit.not_issued", reissue, document_uuid=note.uuid, **by(world))
    refused("credit.not_issued", reissue, document_uuid=second.uuid, **by(world))
    proven(world)


def test_a_debit_note_asks_for_more_and_can_be_credited(world: Any) -> None:
    document = billed(world)
    draft = draft_debit(
        document_uuid=document.uuid, description="Fracht vergessen", amount=D("10.00"), reason_code="price", **by(world)
    )
    debit = issue(document_uuid=draft.uuid, **by(world))
    assert (debit.kind, debit.number, debit.total, debit.open_amount) == (
        "debit_note", "LS-2026-00001", D("11.90"), D("11.90"),
    )  # fmt: skip
    note = credited(world, debit)
    assert (note.total, fresh(debit).open_amount) == (D("11.90"), 0)
    proven(world)
    wrong = {"document_uuid": document.uuid, "description": "x", "reason_code": "price", **by(world)}
    for amount in ("0", "-1", "NaN"):
        assert refused("credit.amount", draft_debit, amount=D(amount), **wrong) == "amount"
    assert refused("credit.reason_code", draft_debit, amount=D(1), **(wrong | {"reason_code": "no"})) == "reason_code"
    assert refused("line.description", draft_debit, amount=D(1), **(wrong | {"description": " "}))


def test_what_cannot_be_credited_is_refused_and_nothing_is_written(world: Any, other: Any) -> None:
    document, foreign = billed(world), billed(other)
    note = credited(world, document, chosen(document, 1, "1"))
    given: dict[str, Any] = {"reason_code": "return", **by(world)}
    refused("not_found", draft_credit, document_uuid=foreign.uuid, **given)
    refused("credit.not_issued", draft_credit, document_uuid=note.uuid, **given)
    refused("credit.line_unknown", draft_credit, document_uuid=document.uuid, lines=[chosen(foreign, 1, "1")], **given)
    wrong = given | {"reason_code": "nonsense"}
    assert refused("credit.reason_code", draft_credit, document_uuid=document.uuid, **wrong) == "reason_code"
    wrong = given | {"reason_code": "other", "reason": " "}
    assert refused("credit.reason", draft_credit, document_uuid=document.uuid, **wrong) == "reason"
    too_much = [chosen(document, 1, "1.6")]
    assert refused("credit.beyond_quantity", draft_credit, document_uuid=document.uuid, lines=too_much, **given)
    assert (
        refused("credit.beyond_left", draft_credit, document_uuid=document.uuid, amount=D("999"), **given) == "amount"
    )
    voided = billed(world)
    draft = note_draft(world, voided)
    void(document_uuid=voided.uuid, reason="x", **by(world))
    refused("credit.not_issued", issue, document_uuid=draft.uuid, **by(world))
    refused("credit.not_issued", draft_credit, document_uuid=voided.uuid, **given)


def test_two_drafts_over_the_same_lines_have_one_winner(world: Any) -> None:
    document = billed(world)
    first, second = note_draft(world, document), note_draft(world, document)
    issue(document_uuid=first.uuid, **by(world))
    refused("credit.beyond_line", issue, document_uuid=second.uuid, **by(world))


def test_a_draft_written_before_another_note_is_counted_anew(world: Any) -> None:
    document = invoice(world, "100.01")
    odd = billed(world, allowances=())
    early = note_draft(world, odd, chosen(odd, 2, "1"))
    credited(world, odd, chosen(odd, 2, "1"))
    late = issue(document_uuid=early.uuid, **by(world))
    rest = credited(world, odd)
    assert late.total + rest.total + Document.objects.get(number="GS-2026-00001").total == odd.total
    assert document.open_amount == D("100.01")
    proven(world)


def test_a_note_keeps_client_and_currency_and_is_not_older_than_its_document(world: Any) -> None:
    document = billed(world)
    draft = note_draft(world, document)
    source = read(world.company.pk, [draft.pk], TODAY).documents[draft.pk]
    typed = source.draft()
    save = {"document_uuid": draft.uuid, "revision": 1, **by(world)}
    refused("credit.not_the_same", save_draft, draft=replace(typed, currency="USD"), **save)
    for wrong in (draft.pk, None):
        refused("credit.not_issued", create_draft, draft=replace(typed, corrects_id=wrong), **by(world))
    earlier = replace(typed, issue_date=TODAY.replace(day=1))
    save_draft(draft=earlier, **save)
    assert refused("credit.before_original", issue, document_uuid=draft.uuid, **by(world)) == "issue_date"


def test_credit_is_used_within_bounds(world: Any, other: Any) -> None:
    document = billed(world)
    payment(world, "310.32", all_of(document))
    note, foreign = credited(world, document), billed(other)
    open_one = invoice(world, "10.00")
    dollars = {"note_uuid": note.uuid, **by(world)}
    assert (
        refused("credit.too_much", apply_credit, document_uuid=open_one.uuid, amount=D("310.33"), **dollars) == "amount"
    )
    assert refused("allocation.more_than_open", apply_credit, document_uuid=open_one.uuid, amount=D("10.01"), **dollars)
    for amount in ("0", "-1", "0.001", "NaN"):
        assert (
            refused("payment.amount", apply_credit, document_uuid=open_one.uuid, amount=D(amount), **dollars)
            == "amount"
        )
    refused("not_found", apply_credit, document_uuid=foreign.uuid, amount=D(1), **dollars)
    refused("credit.not_open", apply_credit, document_uuid=document.uuid, amount=D(1), **dollars)
    not_a_note = {"note_uuid": document.uuid, **by(world)}
    refused("credit.not_a_note", apply_credit, document_uuid=open_one.uuid, amount=D(1), **not_a_note)
    refused("reason.missing", settle_outside, note_uuid=note.uuid, amount=D(1), reason=" ", **by(world))
    refused("not_found", settle_outside, note_uuid=foreign.uuid, amount=D(1), reason="x", **by(world))
    refused("not_found", unapply_credit, settlement_uuid=foreign.uuid, **by(world))
    applied = Settlement.objects.get(kind="payment")
    refused("not_found", unapply_credit, settlement_uuid=applied.uuid, **by(world))
    refused("not_found", undo_outside, settlement_uuid=applied.uuid, reason="x", **by(world))
    refused("reason.missing", undo_outside, settlement_uuid=applied.uuid, reason="", **by(world))
    assert Entry.objects.filter(purpose="apply").count() == 0
