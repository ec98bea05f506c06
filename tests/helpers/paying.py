"""Customers who pay online: a company's account at the stand-in, and attempts in every state by the verbs alone."""

import datetime as dt
from typing import Any

from django.utils import timezone

from payments.actions.attempts import start
from payments.actions.learn import learn
from payments.gateways.base import Outcome
from payments.models import Attempt, GatewayAccount
from tests.helpers.money import all_of

PAGE = "https://checkout.stripe.com/c/pay/cs_test_1"


def provider(
    world: Any, key: str = "env:ACME__NO_SUCH_KEY", secret: str = "env:ACME__NO_SUCH_SECRET", *, part: bool = True
) -> Any:
    """The company's account at the provider."""
    return GatewayAccount.objects.create(
        company=world.company, provider="stripe", label="Stripe", mode="test", api_key=key, webhook_secret=secret,
        part_payments=part,
    )  # fmt: skip


def attempt_for(
    world: Any, *documents: Any, state: str = "open", recipient: str = "", at: dt.datetime | None = None, **told: Any
) -> Attempt:
    """A try to pay the whole of `documents`, brought to `state` by what the provider would say."""
    at = at or timezone.now()
    made = start(
        company=world.company, client_id=documents[0].client_id, shares=[all_of(row) for row in documents], language="de",
        recipient=recipient, return_path="/back/", actor=None, at=at,
    )  # fmt: skip
    steps = {"created": [], "unknown": [], "open": ["open"], "processing": ["open", "processing"]}
    for step in steps.get(state, ["open", state]):
        say(made, step, at=at, **told)
    if state == "unknown":
        Attempt.objects.filter(pk=made.pk).update(state="unknown")
    made.refresh_from_db()
    return made


def say(made: Attempt, state: str, *, at: dt.datetime | None = None, url: str = PAGE, **told: Any) -> Attempt:
    """What the provider says of an attempt."""
    made.refresh_from_db()
    outcome = Outcome(state, made.amount, made.currency, made.session_id or f"cs_test_{made.pk}", url=url, **told)
    return learn(attempt_pk=made.pk, outcome=outcome, at=at or timezone.now())
