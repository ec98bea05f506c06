"""Online payments in tests: a company with a provider account, attempts and what their provider says."""

import datetime as dt
import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Document
from invoicing_site import clock
from payments.actions.attempts import Share, start
from payments.actions.gateways import connect_gateway
from payments.gateways.base import Outcome
from payments.models import Attempt, GatewayAccount
from tests.helpers.money import all_of, invoice
from tests.world import place

KEY, SECRET = "sk_test_sandbox_gate", "whsec_gate"


def connect(world: Any, patch: pytest.MonkeyPatch, **fields: Any) -> GatewayAccount:
    """A test account whose secrets stand in the environment."""
    key, hook = place(world.company, "GATE_KEY"), place(world.company, "GATE_HOOK")
    patch.setenv(key, KEY)
    patch.setenv(hook, SECRET)
    given: dict[str, Any] = {
        "provider": "stripe", "label": "Stripe", "mode": "test", "api_key": f"env:{key}", "webhook_secret": f"env:{hook}",
    }  # fmt: skip
    return connect_gateway(company_id=world.company.pk, actor=world.owner, at=clock.now(), **(given | fields))


def begin(world: Any, *documents: Document, at: dt.datetime | None = None, shares: Any = None) -> Attempt:
    return start(
        company=world.company,
        client_id=world.client.pk,
        shares=shares or [all_of(document) for document in documents or (invoice(world),)],
        language="de",
        recipient="kunde@nordlicht.example",
        return_path="/back/",
        actor=None,
        at=at or clock.now(),
    )


def part(document: Document, amount: str) -> Share:
    return Share(document.uuid, Decimal(amount))


def says(attempt: Attempt, state: str, **fields: Any) -> Outcome:
    """What a provider that agrees with us says."""
    given: dict[str, Any] = {"session_id": "cs_1", "intent_id": "pi_1"}
    return Outcome(state, attempt.amount, attempt.currency, **(given | fields))


def session(attempt: Attempt, payment_status: str = "paid", status: str = "complete", **fields: Any) -> dict[str, Any]:
    """A Checkout Session about `attempt`, as Stripe writes it."""
    return {
        "object": "checkout.session", "id": "cs_1", "amount_total": int(attempt.amount * 100), "currency": attempt.currency.lower(),
        "client_reference_id": str(attempt.uuid), "metadata": {"attempt": str(attempt.uuid)}, "payment_intent": "pi_1",
        "payment_status": payment_status, "status": status, "payment_method_types": ["card"],
    } | fields  # fmt: skip


def event(type: str, thing: dict[str, Any], ident: str = "evt_1", **fields: Any) -> bytes:
    now = int(clock.now().timestamp())
    body = {"id": ident, "object": "event", "type": type, "created": now, "livemode": False, "data": {"object": thing}}
    return json.dumps(body | fields).encode()


def signed(body: bytes, secret: str = SECRET, at: dt.datetime | None = None) -> str:
    when = int((at or clock.now()).timestamp())
    digest = hmac.new(secret.encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={when},v1={digest}"
