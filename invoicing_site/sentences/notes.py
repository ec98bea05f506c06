"""Sentences about notes and write-offs."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # notes
    "credit.not_issued": _(
        "Only an issued document that asks for money can be corrected. Choose one that is neither a draft nor void."
    ),
    "credit.not_the_same": _(
        "A note keeps client, currency and prices of the document it corrects. Start it anew from that document."
    ),
    "credit.reason_code": _("Say why: choose a reason."),
    "credit.reason": _("Say the reason in words."),
    "credit.before_original": _("The document it corrects is of %(day)s. Choose that day or a later one."),
    "credit.nothing_left": _("Everything on this document was already credited."),
    "credit.nothing_chosen": _("Choose at least one line, or an amount."),
    "credit.line_unknown": _("This line is not on the document that is corrected. Start the note anew."),
    "credit.line_twice": _("This line is on the note twice. Put both into one."),
    "credit.quantity": _("Enter a quantity above zero with at most six decimals; %(left)s are left."),
    "credit.beyond_quantity": _("Only %(left)s of this line are left to credit."),
    "credit.amount": _("Enter an amount above zero in steps of %(unit)s."),
    "credit.beyond_line": _("Only %(left)s of this line are left to credit."),
    "credit.beyond_left": _("Only %(left)s are left to credit."),
    "credit.beyond_rate": _(
        "More of %(name)s (%(rate)s%%) would be credited than was billed. Credit the lines below zero with it, or all that is left."
    ),
    "credit.beyond_total": _("Only %(left)s, tax included, are left to credit."),
    "credit.given_up": _(
        "%(given)s of the document was written off or given up, so it was never paid. Undo that first, or credit at most %(left)s."
    ),
    "credit.later_note": _("A later credit note builds on this one. Void the later one first."),
    "credit.one_by_one": _("Credit notes are issued one by one: each lowers what the next may take."),
    "credit.used": _("The credit of this note is used elsewhere. Undo that first."),
    "credit.not_a_note": _("Only what an issued credit note has open can be used."),
    "credit.not_open": _(
        "%(number)s has nothing open that this credit can settle: same client, same currency, issued."
    ),
    "credit.too_much": _("Only %(left)s of this credit note are left."),
    "write_off.amount": _("Enter an amount above zero, at most the %(open)s that is open."),
    "write_off.reason": _("Say why nobody will pay it. The tax office asks."),
    "write_off.unknown": _("This was not written off. Open the document again."),
    "document.being_paid": _(
        "A customer may be paying this document online just now. Wait until that has ended, or correct it with a credit note."
    ),
    "offer.not_open": _("Only an offer that was issued and is not void allows this."),
    "offer.answer": _("Choose whether the offer is accepted or declined."),
    "offer.said_by": _("Enter the name of whoever answers, in at most %(limit)s characters."),
    "offer.note": _("Write at most %(limit)s characters."),
    "offer.answered": _("This offer was answered already. Take the answer back first, then note the new one."),
    "offer.expired": _(
        "This offer held until %(day)s and can no longer be accepted here. Ask for a new one; a short answer to the e-mail is enough."
    ),
    "offer.not_answered": _("Nobody has answered this offer, so there is nothing to take back."),
    "offer.invoiced": _("An invoice was made of this offer. Delete its draft, or void the invoice, first."),
    "offer.not_accepted": _("The client has not accepted this offer. Note the answer first, then make the invoice."),
    "offer.valid_until": _("The offer would have expired before it goes out. Choose a later last day."),
    "deposit.source": _("A deposit is asked for on an accepted offer or on an invoice that is still a draft."),
    "deposit.nothing": _("The document asks for nothing, so there is nothing to take a deposit of."),
    "deposit.one_way": _("Enter either a percentage or an amount."),
    "deposit.percent": _("Enter a percentage above 0 and up to 100."),
    "deposit.amount": _("Enter an amount above zero, in whole coins, and not above the total of %(total)s."),
    "deposit.too_large": _("With the deposits asked for before, at most %(left)s is left. Enter less."),
    "deposit.kind": _("Only invoices take deposits off, and only deposit invoices are taken off."),
    "deposit.of_another": _("Deposit %(number)s belongs to another client or currency. Leave it out."),
    "deposit.gone": _("Deposit %(number)s is void or credited. Leave it out."),
    "deposit.unpaid": _(
        "Deposit %(number)s is not paid in full, and only what was received may be taken off. Wait for the payment, or credit the deposit."
    ),
    "deposit.used": _("Deposit %(number)s is already taken off in %(where)s. Take it out there first."),
    "deposit.more_than_total": _(
        "The deposits come to more than the invoice asks for (%(total)s %(currency)s). Credit a part of a deposit first, or take off fewer."
    ),
    "deposit.differs": _("The deposits taken off changed. Open the draft and choose them again."),
    "deposit.taken_off": _("An invoice takes this deposit off. Take it out of the draft, or void that invoice, first."),
    "document.prepaid_client": _("This draft takes deposits off. Take them out before changing client or currency."),
    "document.external_missing": _("This kind of document keeps the number it was given elsewhere. Enter it."),
    "document.external_taken": _("%(number)s is already the number of a document of this kind. Check the number."),
    "document.external_to_come": _(
        "The series %(series)s has %(number)s still to give. Skip its numbers up to there, with a reason, then try again."
    ),
    "opening.number": _("Enter the number the document was given elsewhere, in at most 35 characters."),
    "opening.amount": _("Enter what is still unpaid: an amount above zero."),
    "opening.due_on": _("The due date lies before the document's date, or more than %(days)s days after it."),
    "opening.tax": _("An opening balance bears no tax: it was declared where the document was issued."),
    "document.void_reason": _("Say why the document is void; the reason stays in its history."),
    "document.delivery_date": _("The delivery date lies before the document's date or in the future."),
}
