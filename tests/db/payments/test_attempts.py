"""Starting to pay online: what is refused, what is reused, and what a lost answer leads to (FAULTS 38)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from billing.actions.void import void
from billing.models import ExchangeRate
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from payments.actions.attempts import Share, ask, open_attempt, start
from payments.actions.gateways import archive_gateway
from payments.actions.learn import learn
from payments.models import Attempt, GatewayAccount, Payment
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.online import KEY, SECRET, begin, connect, part, says
from tests.helpers.sandbox import SandboxProcess, sandbox_process
from tests.world import TODAY, make_client


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process(KEY, SECRET) as process:
        yield process


@pytest.fixture
def account(world: Any, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess) -> GatewayAccount:
    monkeypatch.setattr(settings, "STRIPE_API_BASE", sandbox.url)
    sandbox.control("calm")
    return connect(world, monkeypatch)


def refused(world: Any, *shares: Share) -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as error:
        begin(world, shares=list(shares))
    return error.value.code, error.value.field


def test_what_cannot_be_paid_is_refused(world: Any, stranger: Any, account: GatewayAccount) -> None:
    document, paid = invoice(world), invoice(world)
    payment(world, "100.00", all_of(paid))
    foreign, other = invoice(stranger), invoice(world, client=make_client(world.company, "Andere AG"))
    before = Attempt.objects.count()
    assert refused(world, Share(paid.uuid, Decimal(1))) == ("attempt.settled", "shares.0")
    for unknown in (foreign, other):
        assert refused(world, all_of(document), all_of(unknown)) == ("not_found", "shares.1")
    assert refused(world, all_of(document), all_of(document)) == ("not_found", "shares.1")
    assert refused(world, part(document, "100.01")) == ("allocation.more_than_open", "shares.0")
    assert refused(world, part(document, "0")) == ("payment.amount", "shares.0")
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="manual"
    )
    assert refused(world, all_of(document), all_of(invoice(world, currency="USD"))) == ("attempt.mixed", "shares.1")
    for path in ("//evil.example/", "back/"):
        with pytest.raises(ValueError, match="path on this site"):
            start(
                company=world.company, client_id=world.client.pk, shares=[], language="de", recipient="", return_path=path, actor=None,
                at=clock.now(),
            )  # fmt: skip
    with pytest.raises(BusinessError, match=r"attempt\.nothing"):
        start(
            company=world.company, client_id=world.client.pk, shares=[], language="de", recipient="", return_path="/", actor=None,
            at=clock.now(),
        )  # fmt: skip
    assert refused(world, part(document, "0.40")) == ("attempt.too_small", None)
    GatewayAccount.objects.filter(pk=account.pk).update(part_payments=False)
    assert refused(world, part(document, "99.99")) == ("attempt.part_refused", "shares.0")
    archive_gateway(company_id=world.company.pk, account_uuid=account.uuid, actor=None, at=clock.now())
    assert refused(world, all_of(document)) == ("attempt.no_gateway", None)
    assert Attempt.objects.count() == before


def test_a_page_opens_once_and_is_used_again(world: Any, account: GatewayAccount, sandbox: SandboxProcess) -> None:
    document = invoice(world)
    attempt = begin(world, document)
    assert begin(world, document) == attempt
    opened = open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
    assert (opened.state, opened.page_url.startswith(sandbox.url)) == ("open", True)
    again = open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
    assert (again.session_id, again.page_url) == (opened.session_id, opened.page_url)
    assert begin(world, document) == attempt
    assert begin(world, shares=[part(document, "40.00")]) != attempt
    _, session, _ = sandbox.api("GET", f"/v1/checkout/sessions/{opened.session_id}")
    assert (session["amount_total"], session["currency"], session["client_reference_id"]) == (
        10000,
        "eur",
        str(attempt.uuid),
    )
    assert session["metadata"] == {"attempt": str(attempt.uuid), "reference": document.payment_reference}
    assert session["success_url"] == f"{settings.BASE_URL}/back/?attempt={attempt.uuid}&back=done"


def test_nobody_pays_twice_while_one_is_on_its_way(world: Any, account: GatewayAccount) -> None:
    document = invoice(world)
    attempt = begin(world, document)
    learn(attempt_pk=attempt.pk, outcome=says(attempt, "processing"), at=clock.now())
    assert refused(world, all_of(document)) == ("attempt.already_processing", None)
    learn(attempt_pk=attempt.pk, outcome=says(attempt, "failed"), at=clock.now())
    assert begin(world, document) != attempt


@pytest.mark.parametrize("fault", ["lose", "error_after"])
def test_an_answer_that_was_lost_is_looked_up(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess, fault: str
) -> None:
    attempt = begin(world)
    sandbox.fault(fault, "POST", "/v1/checkout/sessions", times=5)
    lost = open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
    assert (lost.state, lost.session_id) == ("unknown", "")
    sandbox.control("calm")
    found = open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
    assert found.state == "open"
    assert found.session_id
    sandbox.act("pay", found.session_id)
    paid = ask(attempt_pk=attempt.pk, at=clock.now())
    assert (paid.state, Payment.objects.get().amount) == ("succeeded", Decimal(100))


def test_what_never_arrived_ends_so_that_one_can_try_again(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess
) -> None:
    document, now = invoice(world), clock.now()
    attempt = begin(world, document)
    sandbox.fault("refuse", "POST", "/v1/checkout/sessions", times=5)
    assert open_attempt(attempt_uuid=attempt.uuid, at=now).state == "unknown"
    sandbox.control("calm")
    assert refused(world, all_of(document)) == ("attempt.already_processing", None)
    assert ask(attempt_pk=attempt.pk, at=now + dt.timedelta(minutes=1)).state == "unknown"
    ended = ask(attempt_pk=attempt.pk, at=now + dt.timedelta(minutes=6))
    assert (ended.state, ended.failure) == ("failed", "never_arrived")
    assert begin(world, document) != attempt


def test_refused_and_expired_pages(
    world: Any, account: GatewayAccount, sandbox: SandboxProcess, monkeypatch: Any
) -> None:
    attempt = begin(world)
    monkeypatch.setenv("ACME__GATE_KEY", "sk_test_wrong")
    failed = open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
    assert failed.state == "failed"
    assert failed.failure
    monkeypatch.setenv("ACME__GATE_KEY", KEY)
    late = begin(world)
    assert open_attempt(attempt_uuid=late.uuid, at=clock.now() + dt.timedelta(hours=3)).state == "expired"
    opened = open_attempt(attempt_uuid=begin(world).uuid, at=clock.now())
    sandbox.act("expire", opened.session_id)
    assert ask(attempt_pk=opened.pk, at=clock.now()).state == "expired"


def test_a_delayed_debit(world: Any, account: GatewayAccount, sandbox: SandboxProcess) -> None:
    for do, last in (("debit_succeeds", "succeeded"), ("debit_fails", "failed")):
        opened = open_attempt(attempt_uuid=begin(world).uuid, at=clock.now())
        sandbox.act("debit", opened.session_id)
        assert ask(attempt_pk=opened.pk, at=clock.now()).state == "processing"
        sandbox.act(do, opened.session_id)
        assert ask(attempt_pk=opened.pk, at=clock.now()).state == last
    assert Payment.objects.count() == 1


def test_what_a_customer_may_be_paying_is_not_voided(world: Any, account: GatewayAccount) -> None:
    document, now = invoice(world), clock.now()
    the: dict[str, Any] = {"company": world.company, "document_uuid": document.uuid, "reason": "typo", "actor": None}
    attempt = begin(world, document, at=now)
    for state in ("open", "processing"):
        learn(attempt_pk=attempt.pk, outcome=says(attempt, state), at=now)
        with pytest.raises(BusinessError, match=r"document\.being_paid"):
            void(at=now, **the)
    document.refresh_from_db()
    assert (document.state, document.open_amount) == ("issued", Decimal(100))
    learn(attempt_pk=attempt.pk, outcome=says(attempt, "failed"), at=now)
    second = begin(world, document, at=now)
    with pytest.raises(BusinessError, match=r"document\.being_paid"):
        void(at=second.expires_at, **the)
    assert void(at=second.expires_at + dt.timedelta(hours=2), **the).state == "void"
