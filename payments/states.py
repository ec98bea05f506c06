"""States of a payment, and its methods."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentState(models.TextChoices):
    """received → cancelled, by an inverse ledger entry, while nothing of it is applied or refunded."""

    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


TRANSITIONS = {PaymentState.RECEIVED.value: [PaymentState.CANCELLED.value], PaymentState.CANCELLED.value: []}
FROZEN_EXCEPT = ("state", "unapplied", "cancelled_on", "cancel_reason")


class Method(models.TextChoices):
    TRANSFER = "transfer", _("Bank transfer")
    CASH = "cash", _("Cash")
    CHEQUE = "cheque", _("Cheque")
    ONLINE = "online", _("Online payment")


# What a person may record by hand; money of the other methods is recorded from what the provider reports.
BY_HAND = (Method.TRANSFER, Method.CASH, Method.CHEQUE)


# Which ledger account (billing.models.ledger.Purpose) money of each method lands on.
MONEY_ACCOUNT = {"transfer": "bank", "cash": "cash", "cheque": "cheques", "online": "gateway"}


class AttemptState(models.TextChoices):
    """One try to pay online. Only what the provider reports, or answers when asked, moves it to an end.

    created → open (the provider has a page for it) → processing (a delayed method is on its way) → succeeded. `unknown`: we called and
    heard no answer; it is asked before anything else is tried. failed and expired are ends, except that a provider may report
    a success after all: money that came is never refused.
    """

    CREATED = "created", _("Started")
    OPEN = "open", _("Waiting for the customer")
    UNKNOWN = "unknown", _("Unknown, being looked up")
    PROCESSING = "processing", _("On its way")
    SUCCEEDED = "succeeded", _("Paid")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


ATTEMPT_TRANSITIONS = {
    "created": ["open", "unknown", "failed", "expired", "processing", "succeeded"],
    "open": ["processing", "succeeded", "failed", "expired"],
    "unknown": ["open", "processing", "succeeded", "failed", "expired"],
    "processing": ["succeeded", "failed"],
    "failed": ["succeeded", "processing"],
    "expired": ["succeeded", "processing"],
    "succeeded": [],
}
ATTEMPT_FROZEN_EXCEPT = (
    "state", "session_id", "intent_id", "page_url", "failure", "method", "payment_id", "opened_at", "checked_at", "ended_at",
)  # fmt: skip


class OrderState(models.TextChoices):
    """A refund asked of the provider: created → pending → succeeded, or failed; unknown as for an attempt."""

    CREATED = "created", _("Asked for")
    UNKNOWN = "unknown", _("Unknown, being looked up")
    PENDING = "pending", _("On its way")
    SUCCEEDED = "succeeded", _("Refunded")
    FAILED = "failed", _("Failed")


# A provider may report the failure of a refund it called succeeded (the card was closed): the money is back with us.
ORDER_TRANSITIONS = {
    "created": ["unknown", "pending", "succeeded", "failed"],
    "unknown": ["pending", "succeeded", "failed"],
    "pending": ["succeeded", "failed"],
    "succeeded": ["failed"],
    "failed": [],
}
ORDER_FROZEN_EXCEPT = ("state", "refund_id_at_provider", "failure", "refund_id", "checked_at", "ended_at")


class InboxState(models.TextChoices):
    """waiting → done, or parked (a type or a content we cannot work: somebody looks), or dead after the last attempt."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    PARKED = "parked", _("parked")
    DEAD = "dead", _("dead letter")
