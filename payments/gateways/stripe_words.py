"""Stripe's words and ours: requests from our rows, outcomes from its objects. Pure of network; reads what dictionaries say."""

import datetime as dt
from dataclasses import replace
from typing import Any

from payments.gateways.base import Outcome, RefundOutcome, Told
from payments.models.attempt import Attempt
from payments.rules.stripe_amounts import from_units, to_units

SESSION, INTENT = "checkout.session", "payment_intent"
LONGEST = 480  # Stripe takes 500 characters in a metadata value, 1,000 in a description
LOCALES = {"en", "de"}
REFUND_STATES = {"succeeded": "succeeded", "pending": "pending", "requires_action": "pending", "failed": "failed", "canceled": "failed"}  # fmt: skip


def session_params(attempt: Attempt, success_url: str, cancel_url: str, description: str, reference: str) -> Any:
    """What a hosted page is asked for with. The same for the same attempt at any time: the idempotency key demands it."""
    marks = {"attempt": str(attempt.uuid), "reference": reference[:LONGEST]}
    line = {
        "quantity": 1,
        "price_data": {
            "currency": attempt.currency.lower(),
            "unit_amount": to_units(attempt.amount, attempt.currency),
            "product_data": {"name": description[:LONGEST]},
        },
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [line],
        "client_reference_id": str(attempt.uuid),
        "metadata": marks,
        "payment_intent_data": {"metadata": marks, "description": f"{description} {reference}".strip()[:LONGEST]},
        # The customer pays what the document says, in its currency: a mismatch would be parked.
        "adaptive_pricing": {"enabled": False},
        "locale": attempt.language if attempt.language in LOCALES else "auto",
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(attempt.expires_at.timestamp()),
    }
    if attempt.recipient:
        params["customer_email"] = attempt.recipient
    return params


def told(event: dict[str, Any], body: str) -> Told:
    """A stored or received event. KeyError, TypeError or ValueError where it is none of ours to read."""
    if event["object"] != "event" or not event["id"] or not isinstance(event["livemode"], bool):
        raise ValueError("not an event")
    thing = event["data"]["object"]
    if not isinstance(thing, dict) or not isinstance(event["id"], str) or len(event["id"]) > 120:
        raise ValueError("not an event")
    kind = str(event["type"])
    when = dt.datetime.fromtimestamp(int(event["created"]), dt.UTC)
    return Told(event["id"], kind[:80], when, event["livemode"], str(event.get("account") or ""), thing, body)


def outcome(session: dict[str, Any], state: str = "") -> Outcome:
    """How the attempt behind a Checkout Session stands; `state` where the event's type says more than the session."""
    currency = str(session["currency"]).upper()
    intent = session.get("payment_intent")
    details = intent if isinstance(intent, dict) else {}
    now = state or _state(session, details)
    return Outcome(
        state=now,
        amount=from_units(int(session["amount_total"]), currency),
        currency=currency,
        session_id=str(session["id"]),
        intent_id=str(details.get("id") or (intent if isinstance(intent, str) else "") or ""),
        method=_method(session, details),
        failure=decline(details) if now == "failed" else "",
        url=str(session.get("url") or "") if now == "open" else "",
    )


def decline(intent: dict[str, Any]) -> str:
    """Why a PaymentIntent's last try was declined."""
    error = intent.get("last_payment_error") or {}
    return str(error.get("decline_code") or error.get("code") or "")[:80]


def _state(session: dict[str, Any], intent: dict[str, Any]) -> str:
    if session.get("payment_status") == "paid":
        return "succeeded"
    status = session.get("status")
    if status != "complete":
        return "expired" if status == "expired" else "open"
    # A delayed debit that bounced: its intent waits for another method that nobody will give on a completed page.
    return "failed" if intent.get("status") in ("requires_payment_method", "canceled") else "processing"


def _method(session: dict[str, Any], intent: dict[str, Any]) -> str:
    types = intent.get("payment_method_types") or session.get("payment_method_types") or []
    return str(types[0])[:40] if len(types) == 1 else ""


def outcome_of(told: Told) -> Outcome | None:
    if told.thing.get("object") != SESSION:
        return None
    ends = {"async_payment_succeeded": "succeeded", "async_payment_failed": "failed", "expired": "expired"}
    return replace(outcome(told.thing, ends.get(told.type.removeprefix(f"{SESSION}."), "")), when=told.told_at)


def refund_outcome(refund: dict[str, Any]) -> RefundOutcome:
    currency = str(refund["currency"]).upper()
    return RefundOutcome(
        state=REFUND_STATES.get(str(refund.get("status") or "pending"), "pending"),
        amount=from_units(int(refund["amount"]), currency),
        currency=currency,
        refund_id=str(refund["id"]),
        intent_id=str(refund.get("payment_intent") or ""),
        failure=str(refund.get("failure_reason") or "")[:80],
    )
