"""How it was paid."""

from payments.models.allocation import Allocation
from payments.models.attempt import Attempt, AttemptShare
from payments.models.gateway import GatewayAccount
from payments.models.inbox import InboxEvent
from payments.models.order import RefundOrder
from payments.models.payment import Payment
from payments.models.receipt import PaymentReceipt
from payments.models.refund import Refund

__all__ = [
    "Allocation",
    "Attempt",
    "AttemptShare",
    "GatewayAccount",
    "InboxEvent",
    "Payment",
    "PaymentReceipt",
    "Refund",
    "RefundOrder",
]
