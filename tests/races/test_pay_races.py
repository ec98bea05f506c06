"""Two clicks and two customers at the same moment: one page for one form, one document paid once (FAULTS 20, 33)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from billing.actions.prove import prove_company
from payments.actions.learn import learn
from payments.gateways.base import Outcome
from payments.models import Attempt, Payment
from tests.helpers.money import fields, invoice
from tests.helpers.paying import attempt_for, provider
from tests.helpers.portal import link_to, token_of
from tests.helpers.sandbox import SandboxProcess, references, sandbox_process
from tests.together import failures, size, together
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    cache.clear()
    return make_world("acme")


@pytest.fixture
def sandbox(acme: Any, settings: Any) -> Iterator[SandboxProcess]:
    with sandbox_process() as process, references(process) as (key, secret):
        settings.STRIPE_API_BASE = process.url
        provider(acme, key, secret)
        yield process


def sessions(sandbox: SandboxProcess) -> int:
    status, found, _ = sandbox.api("GET", "/v1/checkout/sessions")
    return len(found["data"]) if status == 200 else -1


def test_clicks_at_once_make_one_attempt_and_one_page(acme: Any, sandbox: SandboxProcess) -> None:
    clicks = size(4, 8)
    for turn in range(size(2, 10)):
        cache.clear()
        url = reverse("link_payments:pay", args=[token_of(link_to(acme, invoice(acme, language="en"), "pay"))])
        sent = fields(Browser().get(url).content.decode())
        answers = together([lambda url=url, sent=sent: Browser().post(url, sent)] * clicks)  # type: ignore[misc]
        assert failures(answers) == []
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, answers[0]["Location"])}
        assert (Attempt.objects.count(), Attempt.objects.filter(state="open").count()) == (turn + 1, turn + 1)
        assert sessions(sandbox) == turn + 1


def test_two_browsers_of_one_link_share_the_attempt(acme: Any, sandbox: SandboxProcess) -> None:
    url = reverse("link_payments:pay", args=[token_of(link_to(acme, invoice(acme, language="en"), "pay"))])
    forms = [fields(Browser().get(url).content.decode()) for _ in range(3)]
    assert len({form["form_key"] for form in forms}) == 3
    answers = together([partial(Browser().post, url, form) for form in forms])
    assert {answer.status_code for answer in answers} == {302}
    assert (Attempt.objects.count(), sessions(sandbox)) == (1, 1)


def test_customers_who_pay_the_same_document_at_once(acme: Any) -> None:
    rivals = size(3, 8)
    provider(acme)
    document = invoice(acme)
    tries = [attempt_for(acme, document, recipient=f"{n}@example.org") for n in range(rivals)]
    assert len({made.pk for made in tries}) == rivals

    def pay(made: Attempt) -> Any:
        outcome = Outcome("succeeded", made.amount, made.currency, made.session_id)
        return learn(attempt_pk=made.pk, outcome=outcome, at=timezone.now())

    assert failures(together([partial(pay, made) for made in tries * 2])) == []
    document.refresh_from_db()
    assert document.open_amount == 0
    kept = sorted(Payment.objects.values_list("unapplied", flat=True))
    assert kept == [Decimal(0), *[Decimal(100)] * (rivals - 1)]
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []
