"""States and roles of the ground floor, readable aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """waiting → running → done; running → waiting again on failure, → dead after the last attempt; dead → waiting by replay."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("dead letter")


class MailState(models.TextChoices):
    """queued → sending → accepted, or back to queued for another try, or failed, or uncertain when the connection broke after
    the message was handed over; accepted → bounced when a report comes back."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted by the mail server")
    UNCERTAIN = "uncertain", _("perhaps sent")
    FAILED = "failed", _("failed")
    BOUNCED = "bounced", _("came back")
    CANCELLED = "cancelled", _("cancelled")


# `uncertain` is settled by a person (it arrived, it did not) or by a report that comes back.
MAIL_TRANSITIONS = {
    "queued": ["sending", "cancelled", "failed"],
    "sending": ["accepted", "queued", "uncertain", "failed"],
    "uncertain": ["accepted", "failed", "bounced"],
    "accepted": ["bounced"],
    "failed": ["queued"],
    "bounced": [],
    "cancelled": [],
}


class Bounce(models.TextChoices):
    SOFT = "soft", _("for now")
    HARD = "hard", _("for good")


class TaxRounding(models.TextChoices):
    """Where tax is rounded to the minor unit."""

    DOCUMENT = "document", _("once per rate on the document")
    LINE = "line", _("on each line")


class Role(models.TextChoices):
    """What each may do stands in rules/roles.py."""

    OWNER = "owner", _("Company owner")
    ACCOUNTANT = "accountant", _("Accountant")
    CLERK = "clerk", _("Billing clerk")
    AUDITOR = "auditor", _("Auditor")


class Gated(models.TextChoices):
    """What may need a second person (SPEC A5)."""

    ISSUE = "issue", _("Issuing a document")
    CREDIT_NOTE = "credit_note", _("Credit note")
    REFUND = "refund", _("Refund")
    WRITE_OFF = "write_off", _("Write-off")
    BANK_DETAILS = "bank_details", _("Bank details")
    POLICY = "policy", _("Loosening this rule")


class ApprovalState(models.TextChoices):
    """waiting → approved → used once; or rejected, withdrawn, expired."""

    WAITING = "waiting", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    USED = "used", _("carried out")
    EXPIRED = "expired", _("expired")


APPROVAL_TRANSITIONS = {
    "waiting": ["approved", "rejected", "withdrawn", "expired"],
    "approved": ["used", "withdrawn", "expired"],
    "rejected": [],
    "withdrawn": [],
    "used": [],
    "expired": [],
}
