"""What of a payment is promised: refunds the provider was asked for and has not finished."""

from decimal import Decimal

from django.db.models import Sum

from payments.models import Payment, RefundOrder
from payments.states import Method, OrderState

UNFINISHED = (OrderState.CREATED, OrderState.UNKNOWN, OrderState.PENDING)


def held(payment: Payment) -> Decimal:
    """What of the unapplied money must stay for refunds on their way; only online payments have such. Zero or one statement."""
    if payment.method != Method.ONLINE:
        return Decimal(0)
    orders = RefundOrder.objects.filter(attempt__payment=payment, state__in=UNFINISHED)
    return orders.aggregate(total=Sum("amount"))["total"] or Decimal(0)
