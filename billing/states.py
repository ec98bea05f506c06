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
FROZEN_EXCEPT = (
    "state",
    "open_amount",
    "credited",
    "written_off",
    "delivered_on",
    "voided_on",
    "void_reason",
    "assignee",
)


class Kind(models.TextChoices):
    QUOTE = "quote", _("Quote")
    PRO_FORMA = "pro_forma", _("Pro forma invoice")
    INVOICE = "invoice", _("Invoice")
    DEPOSIT = "deposit_invoice", _("Deposit invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    DEBIT_NOTE = "debit_note", _("Debit note")
    OPENING = "opening_balance", _("Opening balance")


# What asks for money, and what only offers: offers are never booked and have nothing open.
DEMANDS = (Kind.INVOICE.value, Kind.DEPOSIT.value, Kind.DEBIT_NOTE.value, Kind.OPENING.value)
OFFERS = (Kind.QUOTE.value, Kind.PRO_FORMA.value)
NOTES = (Kind.CREDIT_NOTE.value, Kind.DEBIT_NOTE.value)


class Reason(models.TextChoices):
    """Why a note was written; `OTHER` wants it said in words."""

    RETURN = "return", _("Goods returned")
    QUANTITY = "quantity", _("Wrong quantity")
    PRICE = "price", _("Wrong price")
    DISCOUNT = "discount", _("Discount granted later")
    GOODWILL = "goodwill", _("Goodwill")
    DUPLICATE = "duplicate", _("Billed twice")
    TAX = "tax", _("Wrong tax")
    CANCELLED = "cancelled", _("Cancelled")
    OTHER = "other", _("Another reason")


class SettlementKind(models.TextChoices):
    """Why the open amount of a document went down."""

    PAYMENT = "payment", _("Payment")
    VOID = "void", _("Voided")
    CREDIT = "credit", _("Credit note")
    APPLIED = "applied", _("Applied")
    REFUND = "refund", _("Refund")
    OUTSIDE = "outside", _("Settled outside")
    DISCOUNT = "discount", _("Early-payment discount")
    SMALL_DIFFERENCE = "small_difference", _("Small difference")
    WRITE_OFF = "write_off", _("Written off")
    WITHHOLDING = "withholding", _("Tax withheld")
    OFFSET = "offset", _("Offset")


class RouteKind(models.TextChoices):
    """How XML leaves the house (billing/transmission)."""

    SFTP = "sftp", _("SFTP server")
    EMAIL = "email", _("E-mail address")


class TransmissionState(models.TextChoices):
    """queued → sending → accepted, or back to queued for another try, or failed, or uncertain where the answer was lost."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted")
    UNCERTAIN = "uncertain", _("perhaps sent")
    FAILED = "failed", _("failed")


# What failed or is uncertain is sent again by a person; a mail that came back makes an accepted one fail.
TRANSMISSION_TRANSITIONS = {
    "queued": ["sending", "failed"],
    "sending": ["accepted", "queued", "uncertain", "failed"],
    "uncertain": ["accepted", "failed", "queued"],
    "accepted": ["failed"],
    "failed": ["queued"],
}
