"""Sentences about payments and their providers."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # payments
    "payment.amount": _("Enter an amount above zero, with at most the decimals of the currency."),
    "payment.twin": _(
        "The same payment is already recorded: same client, day, amount and reference. Tick the box if this is another one."
    ),
    "payment.future": _("The day of receipt lies in the future."),
    "payment.no_rate": _(
        "There is no exchange rate for %(currency)s on or before %(day)s. Enter one under Settings, Exchange rates."
    ),
    "payment.cancelled": _("This payment was cancelled."),
    "receipt.cancelled": _("This payment was cancelled, so there is nothing a receipt could confirm."),
    "receipt.no_address": _("Enter the e-mail address the receipt goes to; the client has none."),
    "payment.in_use": _("Parts of this payment are applied or refunded. Undo these first."),
    "payment.reason": _("Give a reason; it stays in the history."),
    "allocation.too_much": _("Only %(left)s of this payment is left to apply."),
    "allocation.more_than_open": _("Only %(open)s of %(number)s is still open."),
    "allocation.not_open": _("%(number)s has nothing open."),
    "allocation.other_client": _("%(number)s belongs to another client."),
    "allocation.no_rest": _("%(number)s has nothing left open to let go. Leave the rest as it is."),
    "allocation.no_discount": _("%(number)s promises no discount for paying early. Leave the rest open."),
    "allocation.discount_late": _(
        "The discount on %(number)s held until %(day)s; this payment came later. Leave the rest open."
    ),
    "allocation.discount_too_much": _("The discount is %(most)s at most, %(rest)s would be open. Leave the rest open."),
    "allocation.not_small": _(
        "%(rest)s is more than a small difference (%(most)s at most). Leave it open, or write it off."
    ),
    "allocation.undone": _("This was already undone."),
    "allocation.rate": _("State how much of the document's currency the payment covers."),
    "allocation.twice": _("%(number)s is listed twice. Put its amounts together."),
    "refund.too_much": _("Only %(left)s of this payment is unapplied and can be refunded."),
    "refund.undone": _("This was already undone."),
    "refund.not_online": _("This payment did not come through a payment provider. Send the money back and record it."),
    "refund.online": _("The payment provider made this refund. It comes back only when the provider reports it."),
    "refund.mismatch": _("The provider reports another refund than the one asked for: %(amount)s."),
    "payment.online": _("This payment was reported by the payment provider. Give it back by a refund instead."),
    # paying online
    "attempt.no_gateway": _("Online payment is not set up here. Please pay by bank transfer."),
    "attempt.nothing": _("Choose at least one document to pay."),
    "attempt.settled": _("%(number)s is already settled. Thank you, there is nothing left to pay."),
    "attempt.mixed": _("These documents are in different currencies. Pay them one currency at a time."),
    "attempt.part_refused": _("%(number)s can only be paid whole: %(open)s."),
    "attempt.already_processing": _(
        "A payment of a document chosen here is on its way already. Please do not pay it a second time."
    ),
    "attempt.mismatch": _("The provider reports other figures than ours. Nothing was booked."),
    "attempt.currency": _("The payment provider does not take %(currency)s. Please pay by bank transfer."),
    "attempt.not_carried": _(
        "The payment provider cannot take this amount of %(currency)s to the last digit. Please pay by bank transfer."
    ),
    "attempt.too_small": _("This amount is too small to be paid online. Please pay by bank transfer."),
    "attempt.too_large": _("This amount is too large to be paid online. Please pay by bank transfer."),
    # payment providers
    "gateway.reference": _(
        "Name where the operator put it for this company, as %(example)s or file:name; never the secret itself."
    ),
    "gateway.active": _("One payment provider is already in use. Archive it first."),
    "gateway.archived": _("This payment provider is archived."),
    "gateway.mode_fixed": _("Payments were made through this provider. Archive it and connect another one."),
    "inbox.not_stuck": _("This message is not waiting for anybody: it is done, or a worker will take it."),
}
