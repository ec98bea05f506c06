"""What the provider says becomes a payment once, booked on clearing, applied as far as anything is open (SPEC P2, P3)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from billing.actions.prove import prove_company
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from payments.actions.learn import learn
from payments.actions.receive import cancel_payment
from payments.models import Attempt, Payment
from tests.db.payments.test_money_received import balances
from tests.helpers.money import invoice, payment
from tests.helpers.online import begin, connect, part, says

NOW = clock.now()


@pytest.fixture(autouse=True)
def connected(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(world, monkeypatch)


def tell(attempt: Attempt, state: str, **fields: Any) -> Attempt:
    return learn(attempt_pk=attempt.pk, outcome=says(attempt, state, **fields), at=clock.now())


def told() -> list[str]:
    return list(Event.objects.filter(type__startswith="attempt.").order_by("id").values_list("type", flat=True))


def test_a_success_is_booked_once_and_settles(world: Any) -> None:
    first, second = invoice(world, "100.00"), invoice(world, "50.00")
    attempt = begin(world, first, second)
    for _ in range(3):
        done = tell(attempt, "succeeded", method="card")
    paid = Payment.objects.get()
    assert (done.state, done.payment, done.method, done.failure) == ("succeeded", paid, "card", "")
    assert (paid.method, paid.amount, paid.unapplied, paid.reference) == ("online", Decimal(150), Decimal(0), "pi_1")
    assert [d.open_amount for d in (first, second) if d.refresh_from_db() is None] == [0, 0]
    books = balances(world)
    assert (books["gateway"], books["client_credit"], books["receivable"]) == ((150, 150), (0, 0), (0, 0))
    assert told() == ["attempt.started", "attempt.succeeded"]
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


def test_what_is_no_longer_owed_becomes_credit(world: Any) -> None:
    document, other = invoice(world, "100.00"), invoice(world, "40.00")
    attempt = begin(world, document, other)
    payment(world, "70.00", part(document, "70.00"))
    tell(attempt, "succeeded")
    paid = Payment.objects.get(method="online")
    assert paid.unapplied == Decimal(70)
    assert [d.open_amount for d in (document, other) if d.refresh_from_db() is None] == [0, 0]
    assert balances(world)["client_credit"] == (-70, -70)


def test_two_attempts_both_paid_lose_nothing(world: Any) -> None:
    document = invoice(world, "100.00")
    first = begin(world, document)
    tell(first, "expired")
    second = begin(world, document)
    tell(second, "succeeded", session_id="cs_2", intent_id="pi_2")
    tell(first, "succeeded")
    assert sorted(Payment.objects.values_list("unapplied", flat=True)) == [0, 100]
    assert balances(world)["gateway"] == (200, 200)


@pytest.mark.parametrize(
    ("states", "last"),
    [
        (("open", "processing", "succeeded"), "succeeded"),
        (("open", "processing", "failed"), "failed"),
        (("open", "expired"), "expired"),
        (("expired", "succeeded"), "succeeded"),
        (("failed", "succeeded"), "succeeded"),
    ],
)
def test_every_order_ends_alike(world: Any, states: tuple[str, ...], last: str) -> None:
    ends = set()
    for order in permutations(states):
        attempt = begin(world, invoice(world, "10.00"))
        for state in order:
            ident = {"session_id": f"cs_{attempt.pk}", "intent_id": f"pi_{attempt.pk}"}
            learned = tell(attempt, state, failure="card_declined" if state == "failed" else "", **ident)
        paid = learned.payment
        ends.add((learned.state, learned.failure, paid and (paid.amount, paid.unapplied, paid.received_on)))
    assert len(ends) == 1
    assert ends.pop()[0] == last


@pytest.mark.parametrize(
    ("wrong", "what"),
    [({"amount": Decimal("99.99")}, "amount"), ({"currency": "USD"}, "currency"), ({"session_id": "cs_9"}, "session")],
)
def test_other_figures_book_nothing(world: Any, wrong: dict[str, Any], what: str) -> None:
    attempt = begin(world)
    tell(attempt, "open")

    for _ in range(2):
        with pytest.raises(BusinessError) as refused:
            learn(attempt_pk=attempt.pk, outcome=replace(says(attempt, "succeeded"), **wrong), at=clock.now())
        assert (refused.value.code, refused.value.params) == ("attempt.mismatch", {"what": what})
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count()) == ("open", 0)
    assert told() == ["attempt.started", "attempt.opened", "attempt.mismatch"]


def test_it_is_received_on_the_day_the_provider_names(world: Any) -> None:
    began = clock.now() - dt.timedelta(days=5)
    attempt = begin(world, at=began)
    tell(attempt, "succeeded", when=began + dt.timedelta(days=2))
    assert Payment.objects.get().received_on == clock.local_date(began + dt.timedelta(days=2), "Europe/Berlin")


def test_money_a_provider_reported_is_not_cancelled_by_hand(world: Any) -> None:
    attempt = begin(world, shares=[part(invoice(world), "10.00")])
    tell(attempt, "succeeded")
    paid = Payment.objects.get()
    with pytest.raises(BusinessError, match=r"payment\.online"):
        cancel_payment(company=world.company, payment_uuid=paid.uuid, reason="x", actor=None, at=clock.now())
    assert Payment.objects.get().state == "received"
