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


# Which ledger account (billing.models.ledger.Purpose) money of each method lands on.
MONEY_ACCOUNT = {"transfer": "bank", "cash": "cash", "cheque": "cheques"}
