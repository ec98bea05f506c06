"""Labels of documents in words."""

import datetime as dt
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Document
from billing.reports.offers import label_of
from billing.rules import labels
from billing.states import OFFERS

NAMES: dict[str, Promise] = {
    "draft": _("Draft"),
    "open": _("Open"),
    "overdue": _("Overdue"),
    "partly_paid": _("Partly paid"),
    "paid": _("Paid"),
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


class Badge(NamedTuple):
    """Arguments of `{% badge text tone %}`."""

    text: str
    tone: str


def badge_of(document: Document, today: dt.date) -> Badge:
    """How `document` is called on `today` (company's zone), in the active language."""
    if document.kind in OFFERS:
        fate = label_of(document, today)
        return Badge(str(OFFER_NAMES[fate.code]), fate.tone)
    found = labels.label(document.state, document.total, document.open_amount, document.due_on, today)
    return Badge(str(NAMES[found.code]), found.tone)
