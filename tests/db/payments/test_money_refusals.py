"""Payments, allocations and refunds that cannot be: the field is named and nothing is written."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from invoicing_site.errors import BusinessError
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.actions.receive import Receipt, cancel_payment, record_payment
from payments.actions.refund import record_refund, undo_refund
from payments.models import Allocation, Payment, Refund
from tests.db.payments.test_money_received import an_invoice, pay
from tests.world import AT, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)


def code(call: Any, **kwargs: Any) -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as error:
        call(actor=None, at=AT, **kwargs)
    return error.value.code, error.value.field


def test_receipts_name_their_field(world: Any, stranger: Any) -> None:
    cases = {
        ("payment.client_unknown", None): (stranger.client.pk, "transfer", TODAY, "EUR", "1.00"),
        ("payment.amount", "amount"): (world.client.pk, "transfer", TODAY, "EUR", "0.001"),
        ("payment.future", "received_on"): (world.client.pk, "transfer", TOMORROW, "EUR", "1.00"),
        ("payment.method", "method"): (world.client.pk, "barter", TODAY, "EUR", "1.00"),
        ("payment.no_rate", "currency"): (world.client.pk, "transfer", TODAY, "USD", "1.00"),
    }
    for expected, (client, method, day, currency, amount) in cases.items():
        receipt = Receipt(client, method, day, currency, Decimal(amount))
        assert code(record_payment, company=world.company, receipt=receipt) == expected
    assert Payment.objects.count() == 0


def test_allocations_name_their_share(world: Any, stranger: Any) -> None:
    document, money = an_invoice(world), pay(world, "50.00")
    foreign = an_invoice(stranger)
    for shares, expected in (
        ([Share(foreign.uuid, Decimal(1))], ("not_found", "shares.0")),
        ([Share(document.uuid, Decimal(1))] * 2, ("allocation.twice", "shares.1")),
    ):
        assert code(allocate, company=world.company, payment_uuid=money.uuid, shares=shares) == expected
    assert code(undo_allocation, company=world.company, allocation_uuid=uuid.uuid4()) == ("not_found", None)
    assert Allocation.objects.count() == 0


def test_another_currency_wants_both_amounts(world: Any) -> None:
    from billing.models import ExchangeRate

    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="manual"
    )
    document, money = an_invoice(world, "100.00", "USD"), pay(world, "50.00")
    for paid in (None, Decimal(0), Decimal("0.001")):
        share = Share(document.uuid, Decimal(10), paid=paid)
        assert code(allocate, company=world.company, payment_uuid=money.uuid, shares=[share]) == (
            "allocation.rate",
            "shares.0",
        )


def test_refunds_name_their_field_and_end_with_the_payment(world: Any) -> None:
    money = pay(world, "50.00")
    usual: dict[str, Any] = {"amount": Decimal(10), "refunded_on": TODAY, "method": "transfer", "reason": "paid twice"}
    for change, expected in (
        ({"amount": Decimal(0)}, ("payment.amount", "amount")),
        ({"reason": " "}, ("payment.reason", "reason")),
        ({"refunded_on": TOMORROW}, ("refund.date", "refunded_on")),
        ({"refunded_on": dt.date(2026, 3, 1)}, ("refund.date", "refunded_on")),
        ({"method": "barter"}, ("payment.method", "method")),
    ):
        assert code(record_refund, company=world.company, payment_uuid=money.uuid, **(usual | change)) == expected
    refund = record_refund(company=world.company, payment_uuid=money.uuid, actor=None, at=AT, **usual)
    undo = {"company": world.company, "refund_uuid": refund.uuid}
    assert code(undo_refund, **undo, reason="") == ("payment.reason", "reason")
    assert code(undo_refund, company=world.company, refund_uuid=uuid.uuid4(), reason="x") == ("not_found", None)
    assert code(cancel_payment, company=world.company, payment_uuid=money.uuid, reason="x") == ("payment.in_use", None)
    undo_refund(**undo, reason="came back", actor=None, at=AT)
    assert code(undo_refund, **undo, reason="again") == ("refund.undone", None)
    assert code(cancel_payment, company=world.company, payment_uuid=money.uuid, reason="") == (
        "payment.reason",
        "reason",
    )
    cancel_payment(company=world.company, payment_uuid=money.uuid, reason="typo", actor=None, at=AT)
    assert code(cancel_payment, company=world.company, payment_uuid=money.uuid, reason="x") == (
        "payment.cancelled",
        None,
    )
    assert code(record_refund, company=world.company, payment_uuid=money.uuid, **usual) == ("payment.cancelled", None)
    assert code(allocate, company=world.company, payment_uuid=money.uuid, shares=[]) == ("payment.cancelled", None)
    assert (Refund.objects.count(), Payment.objects.get().state) == (2, "cancelled")
