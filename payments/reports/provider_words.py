"""The provider's words for how somebody paid, and why it failed, as people say them; an unknown one stays as it came."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing_site.messages import SENTENCES

METHODS: dict[str, Promise] = {
    "acss_debit": _("Bank debit"),
    "au_becs_debit": _("Bank debit"),
    "bacs_debit": _("Bank debit"),
    "card": _("Card"),
    "sepa_debit": _("SEPA direct debit"),
    "us_bank_account": _("Bank debit"),
}
FAILURES: dict[str, Promise] = {
    "authentication_required": _("The bank could not confirm who was paying."),
    "card_declined": _("The card was declined."),
    "expired_card": _("The card has expired."),
    "expired_or_canceled_card": _("The card has expired or was blocked."),
    "generic_decline": _("The card was declined."),
    "insufficient_funds": _("The account was not covered."),
    "lost_or_stolen_card": _("The card was reported lost or stolen."),
    "never_arrived": _("The provider never heard of it."),
    "payment_intent_authentication_failure": _("The bank could not confirm who was paying."),
    "payment_method_provider_decline": _("The bank returned the debit."),
}


def method_words(method: str) -> str:
    """How somebody paid; a dash before it is known."""
    return str(METHODS.get(method, method)) or "–"


def failure_words(code: str) -> str:
    """Why a payment or a refund failed; "" when nothing was said. A sentence whose figures were not kept reads as its code."""
    found = str(FAILURES.get(code) or SENTENCES.get(code) or code)
    return code if "%(" in found else found
