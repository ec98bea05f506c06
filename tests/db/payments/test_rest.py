"""A payment that settles a document for less: early-payment discount, small difference, and both undone with it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.prove import prove_company
from billing.models import Settlement
from invoicing_site.errors import BusinessError
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.actions.refund_credit import order_credit_refund
from payments.models import Allocation, Payment
from tests.helpers.money import invoice, payment, settled
from tests.helpers.notes import balances, billed, credited, fresh, series
from tests.helpers.paying import attempt_for, provider
from tests.helpers.rows import print_of, stored
from tests.world import AT, TODAY

D = Decimal


def by(world: Any) -> dict[str, Any]:
    return {"company": world.company, "actor": world.accountant, "at": AT}


def proven(world: Any) -> None:
    settled()
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def refused(code: str, world: Any, made: Payment, *shares: Share) -> None:
    before = print_of(stored())
    with pytest.raises(BusinessError) as caught:
        allocate(payment_uuid=made.uuid, shares=shares, **by(world))
    assert (caught.value.code, caught.value.field) == (code, "shares.0")
    assert print_of(stored()) == before


def early(world: Any, **changes: Any) -> Any:
    return billed(world, discount_percent=D(2), discount_days=10, **changes)


def test_paid_in_time_the_discount_lowers_net_and_tax_and_is_undone_with_the_payment(world: Any) -> None:
    document = early(world)
    before = balances(world)
    made = payment(world, "304.11")
    allocate(payment_uuid=made.uuid, shares=[Share(document.uuid, D("304.11"), rest="discount")], **by(world))
    rows = Settlement.objects.order_by("pk")
    assert list(rows.values_list("kind", "amount", "counterpart")) == [
        ("payment", D("304.11"), None), ("discount", D("6.21"), rows[0].pk),
    ]  # fmt: skip
    held = balances(world)
    assert (fresh(document).open_amount, held["8730"], held["1776"]) == (0, D("5.27"), before["1776"] + D("0.94"))
    proven(world)
    undo_allocation(allocation_uuid=Allocation.objects.get().uuid, **by(world))
    assert fresh(document).open_amount == document.total
    assert balances(world)["1776"] == before["1776"]
    proven(world)


def test_late_too_little_or_without_a_promise_the_rest_stays_open(world: Any) -> None:
    document, plain, made = early(world), billed(world), payment(world, "310.00")
    refused("allocation.discount_too_much", world, made, Share(document.uuid, D("304.10"), rest="discount"))
    refused("allocation.no_discount", world, made, Share(plain.uuid, D("304.11"), rest="discount"))
    refused("allocation.not_small", world, made, Share(plain.uuid, D("309.81"), rest="small_difference"))
    old = early(world, issue_date=TODAY)
    late = payment(world, "320.00", on=TODAY)
    whole = Share(old.uuid, D("310.32"), rest="discount")
    refused("allocation.no_rest", world, late, whole)


def test_received_after_its_day_there_is_no_discount(world: Any) -> None:
    document = early(world, issue_date=TODAY - dt.timedelta(days=11))
    made = payment(world, "304.11")
    refused("allocation.discount_late", world, made, Share(document.uuid, D("304.11"), rest="discount"))


def test_a_small_difference_goes_to_rounding(world: Any) -> None:
    document = billed(world)
    made = payment(world, "309.82")
    allocate(payment_uuid=made.uuid, shares=[Share(document.uuid, D("309.82"), rest="small_difference")], **by(world))
    assert (fresh(document).open_amount, balances(world)["2709"]) == (0, D("0.50"))
    proven(world)
    undo_allocation(allocation_uuid=Allocation.objects.get().uuid, **by(world))
    assert (fresh(document).open_amount, balances(world).get("2709", D(0))) == (document.total, 0)
    proven(world)


def test_a_credit_note_over_what_was_paid_online_goes_back_the_same_way(world: Any) -> None:
    series(world)
    provider(world)
    document = invoice(world, "100.00")
    attempt_for(world, document, state="succeeded", intent_id="pi_1", at=AT)
    note = credited(world, document)
    assert note.open_amount == D("100.00")
    order = order_credit_refund(note_uuid=note.uuid, amount=D("40.00"), reason="Rueckgabe", **by(world))
    made = Payment.objects.get()
    assert (order.amount, made.unapplied, fresh(note).open_amount) == (D("40.00"), D("40.00"), D("60.00"))
    assert fresh(document).open_amount == 0
    proven(world)
    with pytest.raises(BusinessError, match=r"refund\.not_online"):
        order_credit_refund(note_uuid=note.uuid, amount=D("60.00"), reason="x", **by(world))
