import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.void import void
from billing.models import Document, ExchangeRate, Posting
from billing.rules.draft import Draft, DraftLine
from invoicing_site.errors import BusinessError
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.actions.receive import Receipt, cancel_payment, record_payment
from payments.actions.refund import record_refund, undo_refund
from payments.models import Allocation, Payment
from tests.world import AT, TODAY, make_client


def an_invoice(world: Any, amount: str = "100.00", currency: str = "EUR", client: Any = None) -> Document:
    draft = Draft(
        client_id=(client or world.client).pk,
        currency=currency,
        lines=(DraftLine("Arbeit", Decimal(1), Decimal(amount)),),
    )
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    return issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)


def pay(world: Any, amount: str, *shares: Share, currency: str = "EUR", on: dt.date = TODAY) -> Payment:
    receipt = Receipt(world.client.pk, "transfer", on, currency, Decimal(amount))
    return record_payment(company=world.company, receipt=receipt, shares=shares, actor=world.accountant, at=AT)


def balances(world: Any) -> dict[str, tuple[Decimal, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for row in Posting.objects.filter(company=world.company).select_related("account"):
        amount, base = found.get(row.account.purpose, (Decimal(0), Decimal(0)))
        found[row.account.purpose] = (amount + row.amount, base + row.base_amount)
    return found


def test_one_payment_settles_two_documents_and_leaves_credit(world: Any) -> None:
    first, second = an_invoice(world), an_invoice(world, "50.00")
    payment = pay(world, "160.00", Share(first.uuid, Decimal(100)), Share(second.uuid, Decimal(50)))
    assert payment.unapplied == Decimal(10)
    assert set(Document.objects.values_list("open_amount", flat=True)) == {Decimal(0)}
    books = balances(world)
    assert books["receivable"] == (0, 0)
    assert books["bank"] == (160, 160)
    assert books["client_credit"] == (-10, -10)


def test_undone_allocation_opens_the_document_again(world: Any) -> None:
    document = an_invoice(world)
    pay(world, "100.00", Share(document.uuid, Decimal(100)))
    allocation = Allocation.objects.get()
    undo_allocation(
        company=world.company, allocation_uuid=allocation.uuid, actor=world.accountant, at=AT, reason="wrong"
    )
    assert Document.objects.get().open_amount == Decimal(100)
    assert Payment.objects.get().unapplied == Decimal(100)
    assert balances(world)["receivable"] == (100, 100)
    with pytest.raises(BusinessError, match=r"allocation\.undone"):
        undo_allocation(company=world.company, allocation_uuid=allocation.uuid, actor=world.accountant, at=AT)
    assert Allocation.objects.count() == 2


def test_refusals_change_nothing(world: Any) -> None:
    document = an_invoice(world)
    other = an_invoice(world, client=make_client(world.company, "Andere AG"))
    for share, code in (
        (Share(document.uuid, Decimal("100.01")), "allocation.more_than_open"),
        (Share(document.uuid, Decimal("0.001")), "payment.amount"),
        (Share(other.uuid, Decimal(1)), "allocation.other_client"),
    ):
        with pytest.raises(BusinessError) as refused:
            pay(world, "200.00", share)
        assert (refused.value.code, refused.value.field) == (code, "shares.0")
    with pytest.raises(BusinessError, match=r"allocation\.too_much"):
        pay(world, "50.00", Share(document.uuid, Decimal(60)))
    assert Payment.objects.count() == 0
    assert balances(world) == {"receivable": (200, 200), "revenue": (-200, -200)}


def test_refund_comes_from_unapplied_money_only(world: Any) -> None:
    payment = pay(world, "80.00")
    refund = record_refund(
        company=world.company, payment_uuid=payment.uuid, amount=Decimal(30), refunded_on=TODAY, method="transfer",
        reason="paid twice", actor=world.owner, at=AT,
    )  # fmt: skip
    with pytest.raises(BusinessError, match=r"refund\.too_much"):
        record_refund(
            company=world.company, payment_uuid=payment.uuid, amount=Decimal("50.01"), refunded_on=TODAY, method="transfer",
            reason="more", actor=world.owner, at=AT,
        )  # fmt: skip
    assert balances(world) == {"bank": (50, 50), "client_credit": (-50, -50)}
    undo_refund(company=world.company, refund_uuid=refund.uuid, reason="came back", actor=world.owner, at=AT)
    assert balances(world) == {"bank": (80, 80), "client_credit": (-80, -80)}
    cancel_payment(company=world.company, payment_uuid=payment.uuid, reason="never came", actor=world.owner, at=AT)
    assert balances(world) == {"bank": (0, 0), "client_credit": (0, 0)}


def test_exchange_difference_is_realised_at_allocation(world: Any) -> None:
    for day, rate in ((dt.date(2026, 3, 1), "0.90"), (dt.date(2026, 3, 10), "0.95")):
        ExchangeRate.objects.create(
            company=world.company, currency="USD", rate_date=day, rate=Decimal(rate), source="manual"
        )
    draft = Draft(
        client_id=world.client.pk,
        currency="USD",
        issue_date=dt.date(2026, 3, 2),
        lines=(DraftLine("Work", Decimal(1), Decimal(100)),),
    )
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    issued = issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)
    assert (issued.base_total, issued.fx_rate) == (Decimal(90), Decimal("0.9"))
    pay(world, "100.00", Share(issued.uuid, Decimal(100)), currency="USD")
    books = balances(world)
    assert books["receivable"] == (0, 0)
    assert books["client_credit"] == (0, 0)
    assert books["fx_gain"] == (0, -5)
    assert books["bank"] == (100, 95)


def test_payment_in_euro_settles_dollar_invoice_through_clearing(world: Any) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="manual"
    )
    document = an_invoice(world, "100.00", "USD")
    payment = pay(world, "92.00", Share(document.uuid, Decimal(100), paid=Decimal(92)))
    books = balances(world)
    assert payment.unapplied == 0
    assert books["fx_clearing"][1] == 0
    assert books["receivable"] == (0, 0)
    assert books["fx_gain"] == (-2, -2)


def test_void_only_while_nobody_relies_on_it(world: Any) -> None:
    document = an_invoice(world)
    allocation = pay(world, "100.00", Share(document.uuid, Decimal(100))).allocations.get()
    with pytest.raises(BusinessError, match=r"document\.settled"):
        void(company=world.company, document_uuid=document.uuid, reason="wrong client", actor=world.accountant, at=AT)
    undo_allocation(company=world.company, allocation_uuid=allocation.uuid, actor=world.accountant, at=AT)
    void(company=world.company, document_uuid=document.uuid, reason="wrong client", actor=world.accountant, at=AT)
    voided = Document.objects.get()
    assert (voided.state, voided.open_amount, voided.number) == ("void", 0, "RE-2026-00001")
    assert balances(world)["receivable"] == (0, 0)
    with pytest.raises(BusinessError, match=r"allocation\.not_open"):
        allocate(
            company=world.company, payment_uuid=Payment.objects.get().uuid, shares=[Share(document.uuid, Decimal(1))],
            actor=world.accountant, at=AT,
        )  # fmt: skip
