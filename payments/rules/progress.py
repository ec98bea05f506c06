"""What a report of the provider changes. Pure, and made so that reports of one payment end alike in every order."""

from decimal import Decimal

# Ends stay ends, but for money that came after all: a success is never refused.
_ATTEMPT = {
    "created": {"open", "processing", "succeeded", "failed", "expired"},
    "unknown": {"open", "processing", "succeeded", "failed", "expired"},
    "open": {"processing", "succeeded", "failed", "expired"},
    "processing": {"succeeded", "failed"},
    "failed": {"succeeded"},
    "expired": {"processing", "succeeded"},
}
_ORDER = {
    "created": {"pending", "succeeded", "failed"},
    "unknown": {"pending", "succeeded", "failed"},
    "pending": {"succeeded", "failed"},
    "succeeded": {"failed"},
}


def attempt_moves(state: str, told: str) -> bool:
    """Whether an attempt in `state` moves when the provider says `told`; what it said before or cannot undo changes nothing."""
    return told in _ATTEMPT.get(state, set())


def order_moves(state: str, told: str) -> bool:
    """The same for a refund; one called succeeded may fail after all, for the card was closed."""
    return told in _ORDER.get(state, set())


def still_open(share: Decimal, open_amount: Decimal, left: Decimal) -> Decimal:
    """What of a share can be applied: never more than the document's open amount, nor than what is left of the money."""
    return max(min(share, open_amount, left), Decimal(0))
