"""States of a document, and what may still change after issue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    """draft → issued → void. Settled, overdue and delivered are derived facts, never states."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    VOID = "void", _("Void")


TRANSITIONS = {
    DocumentState.DRAFT.value: [DocumentState.ISSUED.value],
    DocumentState.ISSUED.value: [DocumentState.VOID.value],
    DocumentState.VOID.value: [],
}

# Everything else of an issued document is refused by the database.
FROZEN_EXCEPT = ("state", "open_amount", "delivered_on", "voided_on", "void_reason", "assignee")


class Kind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")


class SettlementKind(models.TextChoices):
    """Why the open amount of a document went down."""

    PAYMENT = "payment", _("Payment")
    VOID = "void", _("Voided")
