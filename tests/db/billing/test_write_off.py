"""Giving up what nobody pays, with its tax or without, and taking it back."""

from decimal import Decimal
from typing import Any

import pytest

from billing.actions.client_credit import apply_credit
from billing.actions.credit import cancel, draft_credit
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.write_off import recover_write_off, write_off
from billing.models import Account, Entry, ExchangeRate, Settlement
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.models import ApprovalPolicy, Event
from payments.actions.allocate import Share, allocate
from payments.models import Payment
from tests.helpers.money import invoice, payment, settled
from tests.helpers.notes import balances, billed, credited, fresh, series
from tests.helpers.rows import print_of, stored
from tests.world import AT, TODAY

D = Decimal


@pytest.fixture(autouse=True)
def _series(world: Any) -> None:
    series(world)


def by(world: Any) -> dict[str, Any]:
    return {"company": world.company, "actor": world.accountant, "at": AT}


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


def given_up(world: Any, document: Any, amount: str, *, tax_relief: bool = True) -> Settlement:
    return write_off(
        document_uuid=document.uuid, amount=D(amount), tax_relief=tax_relief, reason="Insolvenz", **by(world)
    )


def test_with_relief_the_tax_comes_back_in_proportion(world: Any) -> None:
    document = billed(world)
    before = balances(world)
    row = given_up(world, document, "310.32")
    after = balances(world)
    assert (fresh(document).open_amount, fresh(document).written_off) == (0, D("310.32"))
    assert {code: after.get(code, D(0)) - before.get(code, D(0)) for code in {*after, *before}} == {
        "1400": D("-310.32"), "2400": document.net, "1776": document.tax, "8400": D(0),
    }  # fmt: skip
    proven(world)
    back = recover_write_off(settlement_uuid=row.uuid, reason="Zahlt doch", **by(world))
    assert (back.reverses_id, fresh(document).open_amount, fresh(document).written_off) == (row.pk, document.total, 0)
    assert balances(world) == before
    refused("allocation.undone", recover_write_off, settlement_uuid=row.uuid, **by(world))
    refused("write_off.unknown", recover_write_off, settlement_uuid=back.uuid, **by(world))
    refused("write_off.unknown", recover_write_off, settlement_uuid=document.uuid, **by(world))
    told = Event.objects.filter(subject=document.uuid).order_by("id").values_list("type", flat=True)
    assert list(told)[-2:] == ["document.written_off", "write_off.recovered"]
    proven(world)


def test_without_relief_all_of_it_is_a_loss(world: Any) -> None:
    document = billed(world)
    given_up(world, document, "100.01", tax_relief=False)
    assert balances(world)["2400"] == D("100.01")
    given_up(world, document, "0.01")
    assert fresh(document).open_amount == D("210.30")
    proven(world)


def test_foreign_currency_leaves_nothing_behind(world: Any) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=D("0.913337"), source="ECB"
    )
    document = invoice(world, "100.03", "USD")
    for amount in ("33.34", "33.34", "33.35"):
        given_up(world, document, amount)
    assert fresh(document).open_amount == 0
    proven(world)


def test_what_cannot_be_given_up_is_refused(world: Any) -> None:
    document = billed(world)
    given: dict[str, Any] = {"document_uuid": document.uuid, "tax_relief": True, "reason": "x", **by(world)}
    for amount in ("0", "-1", "310.33", "0.001", "NaN"):
        assert refused("write_off.amount", write_off, amount=D(amount), **given) == "amount"
    assert refused("write_off.reason", write_off, amount=D(1), **(given | {"reason": " "})) == "reason"
    refused("not_found", write_off, amount=D(1), **(given | {"document_uuid": world.company.uuid}))
    note = credited(world, billed(world))
    refused("document.not_issued", write_off, amount=D(1), **(given | {"document_uuid": note.uuid}))
    Account.objects.filter(company=world.company, purpose="bad_debt").update(purpose=None)
    refused("document.no_account", write_off, amount=D(1), **given)


def test_what_was_given_up_cannot_be_credited(world: Any) -> None:
    document = billed(world)
    row = given_up(world, document, "300.00")
    refused("credit.given_up", cancel, document_uuid=document.uuid, **by(world))
    draft = draft_credit(document_uuid=document.uuid, amount=D("8.00"), reason_code="goodwill", **by(world))
    assert issue(document_uuid=draft.uuid, **by(world)).open_amount == 0
    recover_write_off(settlement_uuid=row.uuid, **by(world))
    cancel(document_uuid=document.uuid, **by(world))
    assert fresh(document).open_amount == 0
    proven(world)


def test_above_the_threshold_a_second_person_agrees(world: Any) -> None:
    document = billed(world)
    ApprovalPolicy.objects.create(company=world.company, what="write_off", threshold=D(100))
    with pytest.raises(ApprovalNeeded):
        given_up(world, document, "100.01")
    given_up(world, document, "100.00")
    assert Settlement.objects.count() == 1


def test_credit_in_another_rate_of_exchange_books_the_difference(world: Any) -> None:
    for day, rate in (("2026-03-01", "0.90"), ("2026-03-16", "0.80")):
        ExchangeRate.objects.create(company=world.company, currency="USD", rate_date=day, rate=D(rate), source="ECB")
    first = invoice(world, "100.00", "USD", on=TODAY.replace(day=2))
    payment(world, "100.00", currency="USD")
    allocate(payment_uuid=Payment.objects.get().uuid, shares=[Share(first.uuid, D(100))], **by(world))
    note, second = credited(world, first), invoice(world, "100.00", "USD")
    before = balances(world)
    apply_credit(note_uuid=note.uuid, document_uuid=second.uuid, amount=D("100.00"), **by(world))
    entry = Entry.objects.get(purpose="apply")
    assert sorted(entry.postings.values_list("account__purpose", "amount", "base_amount")) == [
        ("fx_gain", D(0), D("-10.00")),
        ("receivable", D(0), D("10.00")),
    ]
    assert balances(world) == before
    proven(world)
