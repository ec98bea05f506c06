"""What every payment provider must be able to do, and the words it answers in. Nothing here knows a provider.

Amounts are Decimals at the currency's own minor unit; currencies are upper-case ISO codes; instants are aware. Every
method that talks to the outside refuses to run inside a verb's transaction.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from payments.models.attempt import Attempt
from payments.models.order import RefundOrder

KEY = "key_refused"


class GatewayError(Exception):
    """The provider refused, and nothing happened there: `code` is its word for why, or ours; KEY when it does not know us."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(text or code)
        self.code = code[:80]


class GatewayUnknown(Exception):
    """We called and heard no answer: it may have happened. Ask (`find`, `find_refund`) before anything else is tried."""


class Forged(Exception):
    """A message that does not prove it comes from the provider, now, for this account and mode. Nothing is stored."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the customer pays."""

    session_id: str
    url: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt stands at the provider.

    `state` is one of payments.states.AttemptState: open, processing, succeeded, failed or expired. `amount` and
    `currency` are what the customer was asked for; `method` is the provider's word for how they paid; `failure` its word
    for why not. `url` leads to the page while it is open; `when` it came about, where the provider says so.
    """

    state: str
    amount: Decimal
    currency: str
    session_id: str = ""
    intent_id: str = ""
    method: str = ""
    failure: str = ""
    url: str = ""
    when: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """How a refund stands at the provider: `state` is pending, succeeded or failed (payments.states.OrderState)."""

    state: str
    amount: Decimal
    currency: str
    refund_id: str
    intent_id: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the provider, verified: `thing` is the object it is about, as the provider writes it."""

    event_id: str
    type: str
    told_at: dt.datetime
    live: bool
    account_id: str = ""
    thing: dict[str, Any] = field(default_factory=dict)
    body: str = ""


class Gateway(Protocol):
    def refusal(self, amount: Decimal, currency: str) -> str:
        """Why this amount cannot be paid there, as an error code of ours; empty when it can. Asks nobody."""

    def open_page(
        self, attempt: Attempt, *, success_url: str, cancel_url: str, description: str, reference: str
    ) -> Page:
        """The page to pay `attempt` on; the same one however often it is asked for. GatewayError, GatewayUnknown."""

    def find(self, attempt: Attempt) -> Outcome | None:
        """How `attempt` stands: by its session, or by our reference when the answer was lost. None: never arrived there."""

    def refund(self, order: RefundOrder) -> RefundOutcome:
        """Ask for the refund; the same one however often it is asked for. GatewayError, GatewayUnknown."""

    def find_refund(self, order: RefundOrder) -> RefundOutcome | None:
        """How `order` stands: by its id there, or among the refunds of its payment by our reference."""

    def read_event(self, body: bytes, signature: str) -> Told:
        """The message in `body`, if it proves its origin, age, account and mode. Raises Forged. Talks to nobody."""

    def stored_event(self, body: str) -> Told:
        """A message `read_event` or `list_events` gave before, from the body that was kept."""

    def list_events(self, since: dt.datetime) -> Iterator[Told]:
        """Messages told at or after `since`, oldest first."""

    def outcome_of(self, told: Told) -> Outcome | None:
        """What a message about a payment page says of its attempt; None when it is about something else."""

    def decline_of(self, told: Told) -> str:
        """The provider's word for why a method was declined, at most 80 characters; empty when it does not say."""

    def refund_outcome_of(self, told: Told) -> RefundOutcome | None:
        """What a message about a refund says; None when it is about something else."""

    def check(self) -> str:
        """Ask the provider who we are: the account's own name there. Raises GatewayError, GatewayUnknown."""
