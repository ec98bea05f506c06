"""Online payments as the office sees them: of a document, of a payment, and the provider's messages somebody must look at."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing_site.messages import SENTENCES
from invoicing_site.models import Company
from payments.models import Attempt, AttemptShare, InboxEvent, RefundOrder
from payments.reports.held import held
from payments.reports.provider_words import failure_words, method_words
from payments.states import AttemptState, InboxState, Method, OrderState, PaymentState

ATTEMPT_TONES = {
    AttemptState.CREATED: "neutral",
    AttemptState.OPEN: "info",
    AttemptState.UNKNOWN: "warn",
    AttemptState.PROCESSING: "info",
    AttemptState.SUCCEEDED: "good",
    AttemptState.FAILED: "bad",
    AttemptState.EXPIRED: "neutral",
}
ORDER_TONES = {
    OrderState.CREATED: "info",
    OrderState.UNKNOWN: "warn",
    OrderState.PENDING: "info",
    OrderState.SUCCEEDED: "good",
    OrderState.FAILED: "bad",
}
INBOX_TONES = {InboxState.WAITING: "info", InboxState.DONE: "good", InboxState.PARKED: "warn", InboxState.DEAD: "bad"}
LIMIT = 20

# Why a message is parked, in words; refusals of verbs have theirs in messages.py.
REASONS: dict[str, Promise] = {
    "inbox.unknown_type": _("Nobody here knows what to do with messages of this type. Switch it off at the provider."),
    "inbox.not_ours": _("It is about a payment that was not started here."),
    "inbox.foreign_refund": _("A refund was made at the provider itself. Record it on the payment's page."),
    "inbox.dispute": _("A customer disputes a payment at their bank. Answer it at the provider before its deadline."),
    "inbox.unreadable": _("It does not look like a message of its type."),
}


@dataclass(frozen=True, slots=True)
class Parked:
    """A message of the provider: `why` it waits for somebody, `tone` and `label` of its badge."""

    row: InboxEvent
    label: str
    tone: str
    why: str


def attempts_for(document: Any) -> list[Any]:
    """What was tried online for a document, newest first: shares with their attempt, `tone`, `how` and `why` added. One statement."""
    rows = AttemptShare.objects.for_company(document.company_id).filter(document=document.pk)
    found = list(rows.select_related("attempt__payment").order_by("-attempt_id")[:LIMIT])
    for row in found:
        row.tone = ATTEMPT_TONES[AttemptState(row.attempt.state)]
        row.how, row.why = method_words(row.attempt.method), failure_words(row.attempt.failure)
    return found


def orders_of(payment: Any) -> list[RefundOrder]:
    """Refunds asked of the provider, newest first, with `tone` and `why`. One statement; none for money that came otherwise."""
    if payment.method != Method.ONLINE:
        return []
    rows = RefundOrder.objects.for_company(payment.company_id).filter(attempt__payment=payment.pk)
    found: list[Any] = list(rows.select_related("created_by").order_by("-id"))
    for row in found:
        row.tone, row.why = ORDER_TONES[OrderState(row.state)], failure_words(row.failure)
    return found


def refundable(payment: Any) -> Decimal:
    """What of a payment `with_refunds` its provider can still give back, whether it is applied or not."""
    mine = Attempt.objects.filter(payment=payment.pk).exclude(intent_id="")
    if payment.method != Method.ONLINE or payment.state != PaymentState.RECEIVED or not mine.exists():
        return Decimal(0)
    left: Decimal = payment.amount - payment.refunded - held(payment)
    return left


def told(company: Company, state: str) -> list[Parked]:
    """The newest messages in `state`, with why they are there."""
    rows = InboxEvent.objects.for_company(company).filter(state=state).defer("payload").select_related("account")
    return [
        Parked(row, row.get_state_display(), INBOX_TONES[InboxState(row.state)], reason(row.error))
        for row in rows.order_by("-id")[:100]
    ]


def counted(company: Company) -> dict[str, int]:
    """How many messages are in each state."""
    rows = InboxEvent.objects.for_company(company).values_list("state").annotate(n=Count("id"))
    return dict(rows)


def reason(code: str) -> str:
    """Why a message is parked. A refusal's figures are not kept, so a sentence that needs some reads as its code."""
    if code in REASONS:
        return str(REASONS[code])
    found = str(SENTENCES.get(code, ""))
    return code if not found or "%(" in found else found
