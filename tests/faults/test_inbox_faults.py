"""Messages of the provider: forged, doubled, late, reversed, lost, or told of what we never asked (FAULTS 33 to 38)."""

import datetime as dt
import json
import random
import string
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from billing.actions.prove import prove_company
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from payments.actions import inbox
from payments.actions.attempts import open_attempt
from payments.actions.orders import order_refund, place_order
from payments.actions.poll import poll
from payments.models import Attempt, GatewayAccount, InboxEvent, Payment, Refund, RefundOrder
from tests.db.payments.test_money_received import balances
from tests.helpers.money import invoice
from tests.helpers.online import KEY, SECRET, begin, connect, event, session, signed
from tests.helpers.sandbox import SandboxProcess, sandbox_process
from tests.together import size

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process(KEY, SECRET) as process:
        yield process


@pytest.fixture
def account(world: Any, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess) -> GatewayAccount:
    monkeypatch.setattr(settings, "STRIPE_API_BASE", sandbox.url)
    sandbox.control("calm")
    return connect(world, monkeypatch)


def deliver(account: GatewayAccount, body: bytes, signature: str | None = None) -> int:
    headers = {} if signature == "" else {"Stripe-Signature": signed(body) if signature is None else signature}
    url = f"/hooks/{account.uuid}/"
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


def work() -> list[str | None]:
    """Let a worker do everything that waits; the states it left."""
    return [inbox.work(event_pk=pk, at=clock.now()) for pk in inbox.waiting(at=clock.now())]


def parked() -> list[tuple[str, str]]:
    return list(InboxEvent.objects.exclude(state="done").order_by("id").values_list("state", "error"))


# -- 35: who may tell us ----------------------------------------------------------------------------------------------


def test_forged_messages_leave_no_row(world: Any, account: GatewayAccount) -> None:
    body, now = event("checkout.session.completed", session(begin(world))), clock.now()
    good = signed(body)
    stale, early = signed(body, at=now - dt.timedelta(seconds=301)), f"t=,v1={good.partition('v1=')[2]}"
    other = event("checkout.session.completed", session(begin(world)), "evt_2")
    vectors = [
        (body, ""), (body, signed(body, "whsec_other")), (body, stale), (body, early), (body, good.replace("v1=", "v0=")),
        (body, good[:-1]), (body, good.split(",")[1]), (body, good.split(",")[0]), (other, good),
        (json.dumps(json.loads(body), indent=1).encode(), good), (body + b" ", good), (body, "t=1,v1=ä"), (b"\xff" + body, good),
    ]  # fmt: skip
    assert [deliver(account, *vector) for vector in vectors] == [400] * len(vectors)
    assert InboxEvent.objects.count() == 0
    assert deliver(account, body, good) == 200


def test_a_thousand_mutations_leave_no_row(world: Any, account: GatewayAccount) -> None:
    chance = random.Random(35)
    body = event("checkout.session.completed", session(begin(world)))
    good = signed(body)
    for _ in range(size(150, 1000)):
        if chance.random() < 0.5:
            spot = chance.randrange(len(body))
            changed = bytes([(body[spot] + chance.randrange(1, 255)) % 256])
            assert deliver(account, body[:spot] + changed + body[spot + 1 :], good) == 400
        else:
            spot = chance.randrange(good.index("v1=") + 3, len(good))
            letter = chance.choice([c for c in string.hexdigits.lower() if c != good[spot]])
            assert deliver(account, body, good[:spot] + letter + good[spot + 1 :]) == 400
    assert InboxEvent.objects.count() == 0


def test_wrong_account_mode_address_and_shape_are_refused(
    world: Any, stranger: Any, account: GatewayAccount, monkeypatch: Any
) -> None:
    thing = session(begin(world))
    signed_rubbish = [b"[]", b"null", b"{}", b"nonsense", b'{"id":1}', b"[" * 100_000]
    for body in (
        event("checkout.session.completed", thing, livemode=True),
        event("checkout.session.completed", thing, livemode="no"),
        event("checkout.session.completed", thing, account="acct_other"),
        event("checkout.session.completed", thing, created=10**30),
        event("checkout.session.completed", thing, "x" * 121),
        json.dumps({"object": "v2.core.event", "id": "evt_9"}).encode(),
        *signed_rubbish,
    ):
        assert deliver(account, body) == 400
    theirs = connect(stranger, monkeypatch, webhook_secret="env:GLOBEX__THEIR_HOOK")
    monkeypatch.setenv("GLOBEX__THEIR_HOOK", "whsec_theirs")
    body = event("checkout.session.completed", thing)
    assert deliver(theirs, body) == 400
    assert Client().post(f"/hooks/{world.company.uuid}/", body, content_type="application/json").status_code == 404
    assert Client().get(f"/hooks/{account.uuid}/").status_code == 405
    assert deliver(account, b"") == 411
    assert deliver(account, b"x" * (256 * 1024 + 1)) == 413
    monkeypatch.delenv("ACME__GATE_HOOK")
    assert deliver(account, body) == 503
    assert InboxEvent.objects.count() == 0


# -- 33, 34: once, in any order ---------------------------------------------------------------------------------------


def test_a_duplicate_is_kept_and_worked_once(world: Any, account: GatewayAccount) -> None:
    attempt = begin(world)
    body = event("checkout.session.completed", session(attempt))
    for again in range(size(30, 300)):
        assert deliver(account, body) == 200
        if again % 10 == 0:
            work()
    work()
    assert (InboxEvent.objects.count(), Payment.objects.count()) == (1, 1)
    assert deliver(account, event("checkout.session.completed", session(attempt), "evt_2")) == 200
    assert work() == ["done"]
    assert Payment.objects.count() == 1


def sequences(attempt: Attempt) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    unpaid, paid, marks = session(attempt, "unpaid"), session(attempt), {"metadata": {"attempt": str(attempt.uuid)}}
    intent = {"object": "payment_intent", "id": "pi_1", **marks, "last_payment_error": {"code": "card_declined"}}
    return {
        "paid at the third try": [
            ("payment_intent.payment_failed", intent), ("payment_intent.payment_failed", intent), ("checkout.session.completed", paid),
        ],
        "debit that comes": [("checkout.session.completed", unpaid), ("checkout.session.async_payment_succeeded", paid)],
        "debit that bounces": [
            ("checkout.session.completed", unpaid), ("payment_intent.payment_failed", intent),
            ("checkout.session.async_payment_failed", unpaid),
        ],
        "nobody came": [("payment_intent.payment_failed", intent), ("checkout.session.expired", session(attempt, "unpaid", "expired"))],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["paid at the third try", "debit that comes", "debit that bounces", "nobody came"])
def test_every_order_of_messages_ends_in_one_state(world: Any, account: GatewayAccount, name: str) -> None:
    ends = set()
    for number, order in enumerate(permutations(range(3))):
        attempt = begin(world, invoice(world, "10.00"))
        told = sequences(attempt)[name]
        for place in [place for place in order if place < len(told)]:
            type, thing = told[place]
            mine = json.loads(json.dumps(thing).replace("cs_1", f"cs_{attempt.pk}").replace("pi_1", f"pi_{attempt.pk}"))
            for _ in range(2):
                assert deliver(account, event(type, mine, f"evt_{number}_{place}")) == 200
            assert work() == ["done"]
        attempt.refresh_from_db()
        ends.add((attempt.state, attempt.failure, attempt.payment and attempt.payment.unapplied))
    assert len(ends) == 1
    assert {failure for _, failure, _ in ends} == {
        "" if name in ("paid at the third try", "debit that comes") else "card_declined"
    }
    assert parked() == []


def test_every_order_of_a_real_payment_and_its_refund(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess
) -> None:
    """The sandbox's own messages of pay, refund, refund fails; delivered in random orders, doubled."""
    chance, ends = random.Random(34), set()
    for _ in range(size(6, 60)):
        seen = {each["id"] for each in sandbox.events()}
        opened = open_attempt(attempt_uuid=begin(world, invoice(world, "10.00")).uuid, at=clock.now())
        sandbox.act("pay", opened.session_id)
        first = [each for each in sandbox.events() if each["id"] not in seen]
        for each in chance.sample(first, len(first)):
            assert deliver(account, *sandbox.message(each)) == 200
        work()
        opened.refresh_from_db()
        assert opened.payment is not None
        order = order_refund(
            company=world.company, payment_uuid=opened.payment.uuid, amount=opened.amount, reason="x", unapply=True, actor=None,
            at=clock.now(),
        )  # fmt: skip
        place_order(order_pk=order.pk, at=clock.now())
        order.refresh_from_db()
        sandbox.act("refund_fails", order.refund_id_at_provider)
        late = [each for each in sandbox.events() if each["id"] not in seen]
        for each in chance.sample(late * 2, len(late) * 2):
            assert deliver(account, *sandbox.message(each)) == 200
        work()
        order.refresh_from_db()
        opened.payment.refresh_from_db()
        ends.add((order.state, opened.payment.unapplied, Refund.objects.filter(order=order).count()))
    assert ends == {("failed", opened.amount, 1)}
    assert parked() == []
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []


# -- what nobody can work ---------------------------------------------------------------------------------------------


def test_what_no_machine_should_decide_is_parked(world: Any, account: GatewayAccount) -> None:
    attempt = begin(world)
    refund = {
        "object": "refund",
        "id": "re_9",
        "amount": 100,
        "currency": "eur",
        "status": "succeeded",
        "payment_intent": "pi_1",
    }
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("product.created", {"object": "product"}, "inbox.unknown_type"),
        ("checkout.session.completed", session(attempt, id="cs_x", metadata={}), "inbox.not_ours"),
        ("checkout.session.completed", session(attempt, amount_total=1), "attempt.mismatch"),
        ("checkout.session.completed", session(attempt, currency="usd"), "attempt.mismatch"),
        ("checkout.session.completed", {"object": "invoice"}, "inbox.unreadable"),
        ("refund.created", refund, "inbox.foreign_refund"),
        ("refund.created", {"object": "charge"}, "inbox.unreadable"),
        ("charge.refunded", {"object": "charge", "payment_intent": "pi_x"}, "inbox.not_ours"),
        ("payment_intent.payment_failed", {"object": "payment_intent"}, "inbox.not_ours"),
        ("charge.dispute.created", {"object": "dispute"}, "inbox.dispute"),
    ]
    for number, (type, thing, _) in enumerate(cases):
        assert deliver(account, event(type, thing, f"evt_{number}")) == 200
    work()
    assert parked() == [("parked", code) for *_, code in cases]
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count()) == ("created", 0)


def test_a_failing_handler_waits_longer_each_time_and_then_is_a_dead_letter(
    world: Any, account: GatewayAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begin(world)
    deliver(account, event("checkout.session.completed", session(attempt)))
    row = InboxEvent.objects.get()
    with monkeypatch.context() as broken:
        broken.setitem(inbox.HANDLERS, row.type, lambda *_: 1 / 0)
        at, pauses = clock.now(), []
        for _ in range(inbox.MAX_ATTEMPTS):
            inbox.work(event_pk=row.pk, at=at)
            row.refresh_from_db()
            pauses.append((row.due_at - at).total_seconds())
            assert inbox.work(event_pk=row.pk, at=at) is None
            at = row.due_at
    assert pauses == [5, 20, 80, 320, 1280, 3600, 3600, 3600]
    assert (row.state, row.error.startswith("ZeroDivisionError")) == ("dead", True)
    inbox.replay(company=world.company, event_uuid=row.uuid, actor=world.accountant, at=clock.now())
    assert work() == ["done"]
    assert Payment.objects.count() == 1
    with pytest.raises(BusinessError, match=r"inbox\.not_stuck"):
        inbox.replay(company=world.company, event_uuid=row.uuid, actor=None, at=clock.now())


def test_a_worker_that_died_is_replaced_after_its_lease(world: Any, account: GatewayAccount) -> None:
    deliver(account, event("checkout.session.completed", session(begin(world))))
    row, at = InboxEvent.objects.get(), clock.now()
    assert inbox.claim(event_pk=row.pk, at=at) is not None
    assert inbox.work(event_pk=row.pk, at=at + dt.timedelta(seconds=59)) is None
    assert inbox.work(event_pk=row.pk, at=at + inbox.LEASE) == "done"


def test_a_worker_that_dies_every_time_leaves_a_dead_letter(world: Any, account: GatewayAccount) -> None:
    deliver(account, event("checkout.session.completed", session(begin(world))))
    row, at = InboxEvent.objects.get(), clock.now()
    for _ in range(inbox.MAX_ATTEMPTS):
        assert inbox.claim(event_pk=row.pk, at=at) is not None
        at += inbox.LEASE
    assert inbox.claim(event_pk=row.pk, at=at) is None
    row.refresh_from_db()
    assert (row.state, row.error) == ("dead", "gave up: the worker never finished")


def test_a_refund_we_thought_refused_is_parked_when_it_went(world: Any, account: GatewayAccount) -> None:
    attempt = begin(world, invoice(world, "10.00"))
    deliver(account, event("checkout.session.completed", session(attempt)))
    work()
    attempt.refresh_from_db()
    assert attempt.payment is not None
    order = order_refund(
        company=world.company, payment_uuid=attempt.payment.uuid, amount=attempt.amount, reason="x", unapply=True, actor=None,
        at=clock.now(),
    )  # fmt: skip
    assert place_order(order_pk=order.pk, at=clock.now()).state == "failed"  # the sandbox has no such payment
    thing = {
        "object": "refund", "id": "re_1", "amount": 1000, "currency": "eur", "status": "succeeded", "payment_intent": "pi_1",
        "metadata": {"refund": str(order.uuid)},
    }  # fmt: skip
    deliver(account, event("refund.updated", thing, "evt_2"))
    assert work() == ["parked"]
    assert parked() == [("parked", "inbox.foreign_refund")]


# -- 37, 38: what never came -------------------------------------------------------------------------------------------


def test_polling_finds_what_no_webhook_told(world: Any, account: GatewayAccount, sandbox: SandboxProcess) -> None:
    opened = open_attempt(attempt_uuid=begin(world).uuid, at=clock.now())
    sandbox.act("pay", opened.session_id)
    assert poll(account_pk=account.pk, at=clock.now()) > 0
    assert set(work()) <= {"done", "parked"}
    opened.refresh_from_db()
    assert opened.state == "succeeded"
    assert InboxEvent.objects.filter(state="done", polled=True, type="checkout.session.completed").exists()
    assert poll(account_pk=account.pk, at=clock.now()) == 0
    sandbox.fault("error", "GET", "/v1/events", times=5)
    second = open_attempt(attempt_uuid=begin(world).uuid, at=clock.now() - dt.timedelta(minutes=20))
    sandbox.act("pay", second.session_id)
    poll(account_pk=account.pk, at=clock.now())
    second.refresh_from_db()
    assert (second.state, Payment.objects.count()) == ("succeeded", 2)


def test_a_timeout_after_the_charge_never_charges_twice(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess
) -> None:
    """Each answer may be lost, at every request; the customer clicks until there is a page, pays once, and is booked once."""
    chance = random.Random(38)
    paid = size(5, 200)
    for _ in range(paid):
        document = invoice(world, "10.00")
        attempt = begin(world, document)
        while attempt.state != "open":
            sandbox.control("calm")
            kind = chance.choice(["lose", "error_after", "refuse", "error"])
            sandbox.fault(kind, "POST", "/v1/checkout/sessions", times=chance.randrange(4))
            attempt = open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
        sandbox.act("pay", attempt.session_id)
        sandbox.control("calm")
        poll(account_pk=account.pk, at=clock.now())
        work()
        with pytest.raises(BusinessError, match=r"attempt\.settled"):
            begin(world, document)
    _, listed, _ = sandbox.api("GET", "/v1/charges", "limit=100")
    mine = {str(row.uuid) for row in Attempt.objects.filter(company=world.company)}
    assert len([row for row in listed["data"] if row["metadata"].get("attempt") in mine]) == min(paid, 100)
    assert Payment.objects.count() == paid
    assert balances(world)["gateway"] == (10 * paid, 10 * paid)
    assert RefundOrder.objects.count() == 0
