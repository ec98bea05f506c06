"""Labels of documents in words."""

import datetime as dt
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Document
from billing.reports.offers import label_of
from billing.rules import labels
from billing.states import OFFERS, Kind

NAMES: dict[str, Promise] = {
    "draft": _("Draft"),
    "open": _("Open"),
    "overdue": _("Overdue"),
    "partly_paid": _("Partly paid"),
    "paid": _("Paid"),
    "credited": _("Credited"),
    "written_off": _("Written off"),
    "mixed": _("Settled"),
    "credit": _("Credit"),
    "partly_used": _("Partly used"),
    "used": _("Used"),
    "void": _("Void"),
}
OFFER_NAMES: dict[str, Promise] = {
    "draft": _("Draft"),
    "waiting": _("Waiting"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "expired": _("Expired"),
    "invoiced": _("Invoiced"),
    "void": _("Void"),
}


# What a badge reads of a document: lists load these.
READ = (
    "kind",
    "state",
    "due_on",
    "total",
    "open_amount",
    "prepaid",
    "withheld",
    "rounding",
    "credited",
    "written_off",
    "valid_until",
)


class Badge(NamedTuple):
    """Arguments of `{% badge text tone %}`."""

    text: str
    tone: str


def badge_of(document: Document, today: dt.date) -> Badge:
    """How `document` is called on `today` (company's zone), in the active language."""
    if document.kind in OFFERS:
        fate = label_of(document, today)
        return Badge(str(OFFER_NAMES[fate.code]), fate.tone)
    if document.kind == Kind.CREDIT_NOTE:
        found = labels.note_label(document.state, document.payable, document.open_amount)
        return Badge(str(NAMES[found.code]), found.tone)
    found = labels.label(
        document.state,
        document.payable,
        document.open_amount,
        document.due_on,
        today,
        total=document.total,
        credited=document.credited,
        written_off=document.written_off,
    )
    return Badge(str(NAMES[found.code]), found.tone)
