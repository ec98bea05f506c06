"""How it was paid."""

from payments.models.allocation import Allocation
from payments.models.payment import Payment
from payments.models.refund import Refund

__all__ = ["Allocation", "Payment", "Refund"]
