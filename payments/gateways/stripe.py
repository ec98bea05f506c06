"""Stripe: hosted Checkout, refunds, signed events (SPEC P2, P3). Card data never touches us: the customer pays on Stripe's page.

Every request carries an idempotency key made from our own row, so that the same intent asked twice is the same thing there.
"""

import datetime as dt
import functools
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import stripe
from django.conf import settings
from stripe import Webhook

from invoicing_site.context import refuse_in_action
from payments.gateways import stripe_words as words
from payments.gateways.base import KEY, Forged, GatewayError, GatewayUnknown, Outcome, Page, RefundOutcome, Told
from payments.gateways.secrets import fetch
from payments.models.attempt import Attempt
from payments.models.gateway import GatewayAccount, Mode
from payments.models.order import RefundOrder
from payments.rules import stripe_amounts

log = logging.getLogger(__name__)
T = TypeVar("T")
TIMEOUT = (4.0, 12.0)  # seconds to connect, and to hear an answer
RETRIES = 1
TOLERANCE = 300  # seconds a signature stays good
REACH = dt.timedelta(minutes=5)  # between our clock and Stripe's
TYPES = (
    "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
    "checkout.session.expired", "payment_intent.payment_failed", "refund.created", "refund.updated", "refund.failed",
    "charge.refunded", "charge.dispute.created",
)  # fmt: skip


class StripeGateway:
    """`payments.gateways.base.Gateway` for an account at Stripe."""

    def __init__(self, account: GatewayAccount) -> None:
        self.account = account

    def _secret(self, name: str) -> str:
        return fetch(getattr(self.account, name), self.account.company.slug)

    def _client(self) -> stripe.StripeClient:
        refuse_in_action("Asking Stripe")
        base: Any = {"base_addresses": {"api": settings.STRIPE_API_BASE}} if settings.STRIPE_API_BASE else {}
        http = stripe.RequestsClient(timeout=TIMEOUT)
        return stripe.StripeClient(self._secret("api_key"), max_network_retries=RETRIES, http_client=http, **base)

    def refusal(self, amount: Any, currency: str) -> str:
        return stripe_amounts.refusal(amount, currency)

    def open_page(
        self, attempt: Attempt, *, success_url: str, cancel_url: str, description: str, reference: str
    ) -> Page:
        params = words.session_params(attempt, success_url, cancel_url, description, reference)
        sessions = self._client().v1.checkout.sessions
        found = heard(functools.partial(sessions.create, params, {"idempotency_key": f"attempt-{attempt.uuid}"}))
        self._check_mode(found.livemode)
        return Page(found.id, found.url or "", dt.datetime.fromtimestamp(found.expires_at, dt.UTC))

    def find(self, attempt: Attempt) -> Outcome | None:
        session = self._session_of(attempt)
        return words.outcome(session) if session else None

    def _session_of(self, attempt: Attempt) -> dict[str, Any] | None:
        sessions = self._client().v1.checkout.sessions
        ident = attempt.session_id
        if not ident:
            ident = heard(lambda: next((row.id for row in self._near(sessions, attempt) if _ours(row, attempt)), ""))
        if not ident:
            return None
        found = heard(lambda: sessions.retrieve(ident, {"expand": ["payment_intent"]}))
        self._check_mode(found.livemode)
        return plain(found)

    def _near(self, sessions: Any, attempt: Attempt) -> Iterator[Any]:
        since, until = attempt.created_at - REACH, attempt.expires_at + REACH
        created = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        yield from sessions.list({"created": created, "limit": 100}).auto_paging_iter()

    def refund(self, order: RefundOrder) -> RefundOutcome:
        client = self._client()
        params: Any = {
            "payment_intent": order.attempt.intent_id,
            "amount": stripe_amounts.to_units(order.amount, order.currency),
            "metadata": {"refund": str(order.uuid)},
        }
        found = heard(functools.partial(client.v1.refunds.create, params, {"idempotency_key": f"refund-{order.uuid}"}))
        return words.refund_outcome(plain(found))

    def find_refund(self, order: RefundOrder) -> RefundOutcome | None:
        refunds = self._client().v1.refunds
        if order.refund_id_at_provider:
            return words.refund_outcome(plain(heard(lambda: refunds.retrieve(order.refund_id_at_provider))))
        params: Any = {"payment_intent": order.attempt.intent_id, "limit": 100}
        rows = heard(lambda: [plain(row) for row in refunds.list(params).auto_paging_iter()])
        mine = (row for row in rows if (row.get("metadata") or {}).get("refund") == str(order.uuid))
        found = next(mine, None)
        return words.refund_outcome(found) if found else None

    def read_event(self, body: bytes, signature: str) -> Told:
        try:
            Webhook.construct_event(body, signature, self._secret("webhook_secret"), TOLERANCE)
        except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Forged("signature") from None
        return self._told(body.decode())

    def stored_event(self, body: str) -> Told:
        return self._told(body)

    def _told(self, body: str) -> Told:
        try:
            told = words.told(json.loads(body), body)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
            raise Forged("shape") from None
        if told.live != (self.account.mode == Mode.LIVE):
            raise Forged("mode")
        if told.account_id and told.account_id != self.account.account_id:
            raise Forged("account")
        return told

    def list_events(self, since: dt.datetime) -> Iterator[Told]:
        events = self._client().v1.events
        params: Any = {"created": {"gte": int(since.timestamp())}, "types": list(TYPES), "limit": 100}
        rows = heard(lambda: list(events.list(params).auto_paging_iter()))
        for row in reversed(rows):
            try:
                yield self._told(json.dumps(plain(row)))
            except Forged as error:  # the key and the row disagree about mode or account: others still count
                log.warning("left out a message of payment provider %s: %s", self.account.uuid, error)

    def outcome_of(self, told: Told) -> Outcome | None:
        return words.outcome_of(told)

    def decline_of(self, told: Told) -> str:
        return words.decline(told.thing)

    def refund_outcome_of(self, told: Told) -> RefundOutcome | None:
        return words.refund_outcome(told.thing) if told.thing.get("object") == "refund" else None

    def check(self) -> str:
        client = self._client()
        found = plain(heard(lambda: client.v1.accounts.retrieve_current()))
        self._check_key()
        ident = str(found.get("id", ""))
        if self.account.account_id and ident != self.account.account_id:
            raise GatewayError("account.other", f"The key belongs to {ident}.")
        return ident

    def _check_key(self) -> None:
        """A key says its mode in its name: sk_live_…, rk_test_…"""
        mode = self._secret("api_key").split("_")[1:2]
        if mode != [self.account.mode]:
            raise GatewayError("mode.other", "The secret key is of the other mode.")

    def _check_mode(self, live: bool) -> None:
        if live != (self.account.mode == Mode.LIVE):
            raise GatewayError("mode.other", "The secret key is of the other mode.")


def heard(call: Callable[[], T]) -> T:
    """What Stripe answers. GatewayError: it refused, nothing happened. GatewayUnknown: it may have happened."""
    try:
        return call()
    except (stripe.AuthenticationError, stripe.PermissionError):
        raise GatewayError(KEY, "The provider does not take the secret key.") from None
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        if (error.http_status or 500) < 500 and error.http_status != 409:
            raise GatewayError(error.code or "refused", error.user_message or "") from None
        raise GatewayUnknown(error.code or "") from None
    except stripe.StripeError as error:  # no answer, 5xx, 429, or a key whose first request is still running
        raise GatewayUnknown(type(error).__name__) from None


def plain(thing: Any) -> dict[str, Any]:
    """A Stripe object as plain dictionaries all the way down."""
    found: dict[str, Any] = json.loads(str(thing))
    return found


def _ours(session: Any, attempt: Attempt) -> bool:
    return str(getattr(session, "client_reference_id", "")) == str(attempt.uuid)
