"""How the timeline names an event: sentence, icon, tone. Every event type of the house stands here."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

Title = tuple[str | Promise, str, str]

TITLES: dict[str, Title] = {
    "company.created": (_("Company founded"), "building-office", "info"),
    "company.changed": (_("Details changed"), "pencil-square", "neutral"),
    "company.logo_changed": (_("Logo changed"), "photo", "neutral"),
    "bank_account.added": (_("Bank account added"), "building-library", "info"),
    "bank_account.changed": (_("Bank account changed"), "building-library", "warn"),
    "bank_account.archived": (_("Bank account archived"), "archive-box", "neutral"),
    "period.closed": (_("Books closed"), "lock-closed", "info"),
    "books.proven": (_("Books proven"), "check-badge", "good"),
    "access.reviewed": (_("Access reviewed"), "eye", "info"),
    "access.glass_broken": (_("Glass broken by the platform admin"), "exclamation-triangle", "warn"),
    "member.invited": (_("Member invited"), "envelope", "info"),
    "member.invitation_revoked": (_("Invitation revoked"), "x-mark", "neutral"),
    "member.joined": (_("Member joined"), "user-plus", "good"),
    "member.role_changed": (_("Role changed"), "user", "warn"),
    "member.ended": (_("Membership ended"), "user-minus", "neutral"),
    "person.deactivated": (_("Account deactivated"), "no-symbol", "bad"),
    "person.mfa_reset": (_("Second factor reset"), "shield-exclamation", "warn"),
    "delivery.replayed": (_("Dead letter replayed"), "arrow-path", "neutral"),
    "client.created": (_("Client created"), "plus", "info"),
    "client.changed": (_("Details changed"), "pencil-square", "neutral"),
    "client.archived": (_("Client archived"), "archive-box", "neutral"),
    "client.restored": (_("Client restored"), "arrow-uturn-left", "neutral"),
    "document.drafted": (_("Draft written"), "pencil-square", "info"),
    "document.issued": (_("Issued"), "check", "good"),
    "document.rendered": (_("PDF made"), "document-text", "neutral"),
    "document.delivered": (_("Delivered by hand or post"), "paper-airplane", "info"),
    "document.voided": (_("Voided"), "no-symbol", "bad"),
    "document.deleted": (_("Draft deleted"), "trash", "neutral"),
    "payment.received": (_("Payment recorded"), "banknotes", "good"),
    "payment.allocated": (_("Payment applied"), "banknotes", "good"),
    "payment.unallocated": (_("Payment taken back"), "arrow-uturn-left", "warn"),
    "payment.cancelled": (_("Payment cancelled"), "x-mark", "bad"),
    "refund.recorded": (_("Refund recorded"), "arrow-uturn-left", "info"),
    "refund.undone": (_("Refund undone"), "arrow-uturn-right", "warn"),
    "tax.added": (_("Tax added"), "plus", "info"),
    "tax.changed": (_("Tax changed"), "pencil-square", "neutral"),
    "tax.rate_added": (_("Rate added"), "receipt-percent", "info"),
    "tax.rate_ended": (_("Rate ended"), "receipt-percent", "neutral"),
    "mail.queued": (_("E-mail written"), "envelope", "neutral"),
    "mail.accepted": (_("E-mail accepted by the mail server"), "paper-airplane", "good"),
    "mail.uncertain": (_("E-mail perhaps sent"), "question-mark-circle", "warn"),
    "mail.failed": (_("E-mail failed"), "exclamation-triangle", "bad"),
    "mail.bounced": (_("E-mail came back"), "arrow-uturn-left", "bad"),
    "mail.cancelled": (_("E-mail cancelled"), "x-mark", "neutral"),
    "address.stopped": (_("Address stopped"), "no-symbol", "warn"),
    "address.lifted": (_("Stop of an address lifted"), "arrow-path", "info"),
    "tax.rate_withdrawn": (_("Rate withdrawn"), "receipt-percent", "neutral"),
    "tax.archived": (_("Tax archived"), "archive-box", "neutral"),
    "tax.restored": (_("Tax restored"), "arrow-uturn-left", "neutral"),
    "series.added": (_("Series added"), "plus", "info"),
    "series.changed": (_("Series changed"), "pencil-square", "warn"),
    "series.preferred": (_("Series made the default"), "star", "info"),
    "series.jumped": (_("Numbers skipped"), "forward", "warn"),
    "exchange_rate.entered": (_("Exchange rate entered"), "plus", "info"),
    "exchange_rate.removed": (_("Exchange rate removed"), "trash", "neutral"),
    "account.added": (_("Account added"), "plus", "info"),
    "account.changed": (_("Account changed"), "pencil-square", "neutral"),
    "account.archived": (_("Account archived"), "archive-box", "neutral"),
    "account.restored": (_("Account restored"), "arrow-uturn-left", "neutral"),
    "product.created": (_("Product created"), "plus", "info"),
    "product.changed": (_("Product changed"), "pencil-square", "neutral"),
    "product.archived": (_("Product archived"), "archive-box", "neutral"),
    "product.restored": (_("Product restored"), "arrow-uturn-left", "neutral"),
}


def title(type: str) -> Title:
    """Sentence, icon and tone of an event type; an unknown one reads as its own name."""
    return TITLES.get(type, (capfirst(type.replace(".", " ").replace("_", " ")), "clock", "neutral"))
