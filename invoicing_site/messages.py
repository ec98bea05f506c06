"""The sentence behind each BusinessError code: what is wrong and what to do next. A house test finds codes without one."""

import datetime as dt
from decimal import Decimal

from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.formats import format_day, format_moment, format_money, format_number

SENTENCES = {
    "field.invalid": "%(problem)s",
    "not_found": _("This no longer exists. Go back to the list and open it again."),
    "delivery.not_dead": _("Only a dead letter can be replayed; this delivery is still being worked on or done."),
    # attachments
    "attachment.empty": _("Choose a file that is not empty."),
    "attachment.too_large": _("This file is larger than %(most)s MB. Make it smaller, or send it another way."),
    "attachment.too_large_together": _("All files together may have %(most)s MB. Remove one, or make them smaller."),
    "attachment.too_many": _("A document carries at most %(most)s files."),
    "attachment.kind": _("Only these kinds of files can go with a document: %(kinds)s. Save it as one of them and try again."),
    "attachment.name_taken": _("Another file is called %(name)s. Rename this one, or remove the other first."),
    # mail
    "mail.address": _("Enter a valid e-mail address."),
    "mail.gone": _("This e-mail is already on its way and cannot be called back."),
    "mail.still_going": _("This e-mail has not been sent yet. Wait until it has, or cancel it."),
    "mail.not_again": _("What this e-mail said was for once only. Start anew where it came from."),
    "mail.not_uncertain": _("Only an e-mail that was perhaps sent is settled by hand."),
    "mail.not_sent": _("This e-mail has not been sent, so nothing can have come back."),
    "mail.stopped": _("We no longer write to this address. Lift the stop to send again."),
    "mail.lost": _("The connection broke right at the end: perhaps it was sent, perhaps not."),
    "mail.gave_up": _("Sending was interrupted too often."),
    "mail.did_not_arrive": _("Somebody said that it did not arrive."),
    "mail.not_ready": _("It waits until its attachment is made."),
    "mail.throttled": _("It waits its turn: many e-mails go to the same provider."),
    "mail.broken_letter": _(
        "It could not be written. It will be tried again; if it stays so, tell the operator of this site."
    ),
    # layouts
    "layout.blocks": _("Give each part its place; none may be left out."),
    "layout.totals_first": _("The totals follow the lines. Give them a higher number."),
    "layout.columns": _("Give each column its own place."),
    "layout.column_required": _("The column %(column)s must be shown: the law asks for it. Give it a number."),
    "layout.accent": _("Choose a colour as #rrggbb."),
    "layout.contrast": _("This colour is too pale to be read on white (%(contrast)s to 1, 4.5 at least). Choose a darker one."),
    "layout.logo": _("Choose one of the places in the list."),
    "layout.language": _("Choose one of the languages documents are written in."),
    "layout.words_language": _("Own words are of one language. Choose which documents this layout is for."),
    "layout.word": _("A word may have %(max)s characters and no braces. Shorten it."),
    "layout.text": _("Shorten this text to %(max)s characters."),
    "layout.not_tried": _("Try the template with 2,000 lines first. It is put in use when they were printed without a problem."),
    "layout.template_empty": _("Write the template first."),
    "layout.template_size": _("The template may have %(max)s characters. Shorten it."),
    "layout.template_tag": _("Line %(line)s: there is no tag %(tag)s here. Use if, for, with and include."),
    "layout.template_nesting": _("Line %(line)s: too many tags, or tags nested deeper than %(max)s. Take some away."),
    "layout.template_syntax": _("Line %(line)s: this cannot be read: %(text)s. Look for a filter, a name or an end that is wrong."),
    "layout.template_name": _("Line %(line)s: %(name)s is no value of a document. Use its fields only, never their methods."),
    "layout.template_loop": _(
        "Line %(line)s: a loop goes over a list of the document, and within a loop only over a list of its own part."
    ),
    "layout.template_element": _("Line %(line)s: the element %(element)s is not allowed. Use plain text elements and tables."),
    "layout.template_attribute": _("Line %(line)s: the attribute %(attribute)s is not allowed here. Take it away."),
    "layout.template_markup": _("The elements do not close as they open. Close each one, and write & as &amp;."),
    "layout.template_missing": _("A document must say “%(text)s” (%(part)s), and this template leaves it out. Print it."),
    "layout.css_size": _("The style sheet is longer than %(max)s characters or rules. Shorten it."),
    "layout.css_syntax": _("Line %(line)s of the style sheet cannot be read. Look for a missing brace or semicolon."),
    "layout.css_rule": _("Line %(line)s of the style sheet: @%(rule)s is not allowed. Use plain rules and @page."),
    "layout.css_function": _("Line %(line)s of the style sheet: %(function)s() is not allowed. Nothing may be fetched."),
    # e-invoice
    "einvoice.two_taxes": _("Line %(line)s has two taxes; an e-invoice takes one. Split the line, or send the client no e-invoice."),
    "einvoice.outside_mixed": _(
        "An e-invoice cannot mix lines outside the scope of VAT with others. Give every line a tax, or make two documents."
    ),
    "einvoice.allowance_tax": _("“%(name)s” touches no line with a tax, and an e-invoice wants its tax named. Put it on a line."),
    "einvoice.withholding": _("An e-invoice has no place for withheld tax. Take the withholding off, or send no e-invoice."),
    "einvoice.currency": _("An e-invoice takes two decimals, %(currency)s has more. Choose another currency, or send no e-invoice."),
    "einvoice.attachment": _("“%(name)s” is of a kind e-invoices do not carry. Attach a PDF, PNG, JPEG, CSV, XLSX or ODS file."),
    "einvoice.rule": _("The e-invoice would be refused by rule %(rule)s: %(text)s"),
    "einvoice.schema": _("The e-invoice would not be valid XML: %(text)s. Tell the operator of this site."),
    "einvoice.unchecked": _(
        "The e-invoice could not be checked against the official rules just now. Try again in a minute; "
        "if it stays so, tell the operator of this site."
    ),
    "einvoice.no_endpoint": _("An e-invoice needs the client's electronic address or e-mail address. Add one on the client's page."),
    "einvoice.br_de_1": _("BR-DE-1: say how to pay. Choose a bank account of yours."),
    "einvoice.br_de_3": _("BR-DE-3: your town is missing. Add it under Settings, Company."),
    "einvoice.br_de_4": _("BR-DE-4: your postcode is missing. Add it under Settings, Company."),
    "einvoice.br_de_5": _("BR-DE-5: name a person to ask. Add one under Settings, Company."),
    "einvoice.br_de_6": _("BR-DE-6: your telephone number is missing. Add it under Settings, Company."),
    "einvoice.br_de_7": _("BR-DE-7: your e-mail address is missing. Add it under Settings, Company."),
    "einvoice.br_de_8": _("BR-DE-8: the client's town is missing. Add it on the client's page."),
    "einvoice.br_de_9": _("BR-DE-9: the client's postcode is missing. Add it on the client's page."),
    "einvoice.br_de_10": _("BR-DE-10: the town delivered to is missing. Add it on the client's page."),
    "einvoice.br_de_11": _("BR-DE-11: the postcode delivered to is missing. Add it on the client's page."),
    "einvoice.br_de_15": _("BR-DE-15: the buyer reference (Leitweg-ID) is missing. Ask the client for it and enter it."),
    "einvoice.br_de_16": _("BR-DE-16: your VAT id or tax number is missing. Add one under Settings, Company."),
    "einvoice.br_de_18": _(
        "BR-DE-18: a line of the payment terms begins with # and is no discount in XRechnung's form. Take it out."
    ),
    "einvoice.br_de_19": _("BR-DE-19: the IBAN of the bank account is wrong. Choose another account."),
    "einvoice.br_de_22": _("BR-DE-22: two attached files have the same name. Rename one."),
    "einvoice.br_de_27": _("BR-DE-27: your telephone number needs three digits at least. Correct it under Settings, Company."),
    "einvoice.br_de_28": _("BR-DE-28: XRechnung does not take your e-mail address. Correct it under Settings, Company."),
    # transmissions
    "transmission.no_xml": _("There is no e-invoice of this document yet. Try again in a minute."),
    "transmission.going": _("This e-invoice is on its way or has arrived. Wait until it has ended."),
    "transmission.not_uncertain": _("Only an e-invoice that was perhaps sent is settled by hand."),
    "transmission.said_so": _("Somebody said so."),
    "transmission.unreachable": _("The server did not answer as it should. It is tried again by itself."),
    "transmission.host_key": _("The server is not the one whose key is stored. Ask its operator before you change the key."),
    "transmission.sign_in": _("The server did not let us in. Check the user name and the secret, then send again."),
    "transmission.folder": _("The folder does not exist or may not be written to. Correct the route, then send again."),
    "transmission.other_file": _("There is another file of this name on the server. Ask its operator to remove it, then send again."),
    "transmission.secret": _("There is no secret where the route says. Put it there, then send again."),
    "transmission.key": _("The private key or the server's key cannot be read. Correct the route, then send again."),
    "transmission.damaged": _("The stored XML is damaged. Tell the operator of this site, who can restore it from a backup."),
    "transmission.mail": _("The e-mail did not get through. Look at it in the e-mail log, then send again."),
    "route.kind": _("Choose a kind of route from the list."),
    "route.missing": _("This route cannot work without it. Fill it in."),
    "route.reference": _("Write where the secret is (env:NAME or file:/path), never the secret itself."),
    "route.host_key": _("This is no public key. Enter one line such as ssh-ed25519 AAAA…."),
    "route.port": _("A port is a number from 1 to 65535."),
    "route.automatic": _("Another route sends by itself already. Switch that off first."),
    "route.archived": _("This route is archived. Choose another one."),
    # received e-invoices
    "received.too_large": _("The file is larger than %(megabytes)s MB. Ask the sender for a smaller one."),
    "received.not_xml": _("This is no readable XML file and no PDF. Choose the e-invoice itself."),
    "received.dtd": _("The file declares a document type, which no e-invoice needs and attacks use. It was not read. Ask the sender."),
    "received.include": _("The file wants other files included, which no e-invoice does. It was not read. Ask the sender."),
    "received.deep": _("The file is nested deeper than %(limit)s levels, which no e-invoice is. It was not read. Ask the sender."),
    "received.many": _("The file has more than %(limit)s elements. It was not read. Ask the sender for a smaller one."),
    "received.heavy": _("The file takes too much time or memory to read. It was not kept. Ask the sender for another one."),
    "received.pdf": _("This PDF cannot be opened: it is damaged or encrypted. Ask the sender for another one."),
    "received.no_xml": _("There is no e-invoice in this PDF. Ask the sender for the XML file."),
    "received.unknown": _("This XML is no invoice in UBL or CII. Choose another file."),
    "received.amount": _("The file has no number where an amount stands (%(what)s). Ask the sender to correct it."),
    "received.date": _("The file has no date where a day stands (%(what)s). Ask the sender to correct it."),
    "received.missing": _("The file does not say what every invoice says (%(what)s). Ask the sender to correct it."),
    "received.too_many_lines": _("The file has more than %(limit)s lines. Ask the sender to split it."),
    "received.credit_note": _("This is a credit note. Write yours from the document it corrects."),
    "received.no_tax": _("You have no tax of category %(category)s at %(rate)s %%. Add one under Settings, Taxes, and try again."),
    "received.cannot_keep": _(
        "A draft cannot have the stated amounts (%(what)s: %(stated)s stated, %(counted)s counted). Write the document by hand."
    ),
    # approvals
    "approval.needed": _("%(what)s: a second person must agree to this. Ask for approval."),
    "approval.waiting": _("A second person was asked and has not decided yet. It can be done once they approve."),
    "approval.not_yet": _(
        "You approved this alone, so it waits 24 hours: it can be done from %(at)s. The owners were told by e-mail."
    ),
    "approval.not_needed": _("This needs no approval any more. Do it."),
    "approval.closed": _("This request is no longer open. Go back to the list of approvals."),
    "approval.own": _("Nobody decides on their own request. Ask somebody else who may approve, or withdraw it."),
    "approval.amount": _("Enter an amount of zero or more, with no more decimals than the currency has."),
    "address.reason": _("Say why we no longer write to this address."),
    "address.not_stopped": _("We already write to this address."),
    # money and lines
    "line.price_negative": _("A price cannot be negative. Use a negative quantity for a return."),
    "line.too_precise": _("That is more decimals than are kept here: at most %(decimals)s."),
    "line.too_large": _("This amount is too large to be stored. Check quantity and price."),
    "line.discount_too_large": _(
        "The discount is larger than the line. Enter at most the line's amount, or at most 100 %%."
    ),
    "line.both_discounts": _("Enter the discount either in per cent or as an amount, not both."),
    "allowance.both": _("Enter either a percentage or an amount."),
    "allowance.too_large": _("The discount is larger than the sum of the lines."),
    "document.total_negative": _(
        "The total would be negative. Bill returns with a credit note, or take them off the lines."
    ),
    "series.pattern": _(
        "The pattern must hold {seq} and, if numbers start again, the {year} or {month} they belong to: INV-{year}-{seq:05}."
    ),
    # documents
    "refund.date": _("The refund cannot lie before the payment or in the future."),
    "payment.method": _("Choose how the money was paid."),
    "payment.client_unknown": _("Choose a client from the list."),
    "document.batch_periods": _("These documents belong to different numbering periods. Issue them period by period."),
    "document.no_series": _(
        "There is no number series for this kind of document. Add one under Settings, Number series."
    ),
    "document.tax_unknown": _(
        "This tax has no rate on the supply date. Choose another one, or add a rate under Settings, Taxes."
    ),
    "document.client_unknown": _("Choose a client from the list."),
    "document.too_large": _("The total is too large to be stored. Check quantities and prices."),
    "allowance.no_lines": _("Add a line first: there is nothing the discount or charge could rest on."),
    "allowance.too_precise": _("That is more decimals than are kept: at most %(decimals)s."),
    "allowance.empty": _("Enter a percentage or an amount."),
    "allowance.negative": _("Enter a number of zero or more; choose discount or charge beside it."),
    "line.description": _("Describe what is billed on this line."),
    "line.tax_twice": _("This tax is chosen twice on one line."),
    "line.discount_negative": _("A discount cannot be negative. Enter a charge instead."),
    "document.not_draft": _("This document is already issued and cannot change any more."),
    "document.not_issued": _("Only an issued document allows this."),
    "document.twin": _(
        "This looks like %(numbers)s, which is issued already. Say there that it is no duplicate, or tick the box and issue."
    ),
    "document.changed": _("Somebody changed this draft meanwhile. Look at the newer version, then try again."),
    "document.no_lines": _("Add at least one line before issuing."),
    "document.client_archived": _("This client is archived. Restore the client or choose another one."),
    "document.client_address": _("The client has no billing address. Add one on the client's page."),
    "document.no_rate": _(
        "There is no exchange rate for %(currency)s on or before %(day)s. Enter one under Settings, Exchange rates."
    ),
    "document.no_tax_rate": _(
        "Tax is stated in %(currency)s as well, and there is no exchange rate for it on or before %(day)s. Enter one under "
        "Settings, Exchange rates."
    ),
    "document.old_rate": _(
        "The rate for %(currency)s is %(age)s days old (%(day)s). It will be used as it is; a newer one can be entered under "
        "Settings, Exchange rates."
    ),
    "document.date_backwards": _("The series already holds a document dated %(last)s. Choose that day or a later one."),
    "document.date_future": _("The date lies more than %(days)s days ahead. Choose an earlier one."),
    "document.period_closed": _(
        "The books are closed through %(day)s. Choose a later date, or ask an accountant to reopen the period."
    ),
    "document.supply_order": _("The supply period ends before it starts."),
    "document.tax_rate_missing": _("The tax %(tax)s has no rate on %(day)s. Add one under Settings, Taxes."),
    "document.small_business_tax": _(
        "A small business charges no tax. Remove the taxes from the lines, or change the company's settings."
    ),
    "document.reason_missing": _("The tax %(tax)s needs its legal reason printed. Add it under Settings, Taxes."),
    "document.tax_id_missing": _(
        "Reverse charge and intra-Community supplies need the client's VAT id. Add it on the client's page."
    ),
    "document.vat_id_missing": _("An intra-Community supply needs the client's VAT id. Add it on the client's page."),
    "tax.choice": _("Choose a tax from the list; archived ones are not offered."),
    "tax.class": _("Choose a class from the list."),
    "tax.reason_code": _("Write the code as the list of reasons has it, such as VATEX-EU-AE, or leave it empty."),
    "tax_engine.url": _("Enter a public https address, or ask the operator of this site to allow the host."),
    "tax_engine.secret": _("Say where the key is, as env:NAME or file:/path; never enter the key itself."),
    "sales_tax.file": _("Choose a CSV file in UTF-8 of at most 4 MB."),
    "sales_tax.columns": _("The first line must name the columns: %(columns)s."),
    "sales_tax.rows": _("The file holds more than %(most)s rows. Split it."),
    "sales_tax.line": _("Line %(line)s cannot be read: check %(what)s. Nothing was imported."),
    "sales_tax.overlap": _("%(place)s has two rates on %(day)s. End the older one first. Nothing was imported."),
    "client.treatment": _("Choose from the list how the client is taxed."),
    "client.withholding": _("Enter what the client withholds in per cent: 0 or more, below 100."),
    "tax.small_business": _("A small business charges no tax. Change that under Settings, Company, first."),
    "document.seller_vat_id": _("The law wants the company's VAT id on invoices. Add it under Settings, Company."),
    "document.order_missing": _("This client wants its purchase order named on each invoice. Enter it."),
    "document.tax_differs": _(
        "Tax on line %(line)s: %(chosen)s is chosen, the rules say %(proposed)s. Choose Automatic there, or leave it if you know better."
    ),
    "legal.at_client_vat": _(
        "Above 10,000 EUR an Austrian business client's VAT id stands on the invoice. Add it on the client's page."
    ),
    "legal.fr_register": _(
        "A French invoice names legal form, capital, RCS and SIREN. Enter them under Settings, Company, Commercial register."
    ),
    "legal.fr_penalties": _(
        "A French invoice to a business names the penalties for late payment and the lump sum of 40 EUR. Add them to the closing text."
    ),
    "legal.fr_client_siren": _(
        "A French business client's SIREN stands on the invoice. Add it, or its VAT id, on the client's page."
    ),
    "legal.es_client_nif": _("A Spanish business client's NIF stands on the invoice. Add it on the client's page."),
    "legal.gb_vat": _("Whoever charges VAT in the UK names its GB VAT number. Add it under Settings, Company."),
    "legal.ch_uid": _("Whoever charges Swiss VAT names its UID with MWST, TVA or IVA. Add it under Settings, Company."),
    "legal.no_mva": _("Whoever charges Norwegian VAT names its number ending in MVA. Add it under Settings, Company."),
    "legal.jp_number": _(
        "A qualified invoice names the issuer's number, T and 13 digits. Enter it as the tax number under Settings, Company."
    ),
    "document.seller_tax_id": _("The company has neither a VAT id nor a tax number. Add one under Settings, Company."),
    "document.no_account": _("No account has the purpose %(purpose)s. Choose one under Settings, Accounts."),
    "document.too_many_lines": _("A document holds at most %(limit)s lines."),
    "document.delivered": _(
        "This document was already delivered. Correct it with a credit note instead of voiding it."
    ),
    "document.settled": _("Payments are applied to this document. Undo them first."),
    "document.credited": _("A credit note corrects this document. Void the credit note first, or cancel what is left by another one."),
    # notes
    "credit.not_issued": _("Only an issued document that asks for money can be corrected. Choose one that is neither a draft nor void."),
    "credit.not_the_same": _("A note keeps client, currency and prices of the document it corrects. Start it anew from that document."),
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
    "credit.beyond_rate": _("More of %(name)s (%(rate)s%%) would be credited than was billed. Credit the lines below zero with it, or all that is left."),
    "credit.beyond_total": _("Only %(left)s, tax included, are left to credit."),
    "credit.given_up": _(
        "%(given)s of the document was written off or given up, so it was never paid. Undo that first, or credit at most %(left)s."
    ),
    "credit.later_note": _("A later credit note builds on this one. Void the later one first."),
    "credit.one_by_one": _("Credit notes are issued one by one: each lowers what the next may take."),
    "credit.used": _("The credit of this note is used elsewhere. Undo that first."),
    "credit.not_a_note": _("Only what an issued credit note has open can be used."),
    "credit.not_open": _("%(number)s has nothing open that this credit can settle: same client, same currency, issued."),
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
    # settings
    "rate.overlap": _("This code already has a rate in that time. End the earlier one first."),
    "rate.used": _(
        "Days that have passed keep their rate. End it yesterday at the earliest; the next one begins after that."
    ),
    "rate.begun": _("This rate is in force and is never removed. End it instead."),
    "rate.order": _("The rate would end before it begins."),
    "tax.code_taken": _("Another tax already has this code. Choose a different one."),
    "tax.reason": _("The law wants the reason printed why no tax is charged. Enter it."),
    "tax.rate_bounds": _("Enter a rate from 0 to 100 per cent."),
    "tax.rate_zero": _("A tax of this category has a rate of 0."),
    "tax.rate_positive": _("The standard category needs a rate above 0. For 0 choose zero rated or exempt."),
    "fx.own": _("This is the company's own currency; it needs no rate."),
    "fx.future": _("The day lies in the future. Enter rates when they are known."),
    "fx.positive": _("Enter a rate above zero."),
    "fx.out_of_band": _(
        "This is %(percent)s %% away from %(known)s, the rate of %(day)s, or that rate turned round. Check it, also which way "
        "it is quoted; if it is right, accept it below and say why."
    ),
    "rates.reason": _("Say why the unusual rate is right; the reason stays in its history."),
    "rates.file_size": _("The file holds more than %(megabytes)s MB. Take the file of the last 90 days, or the zip."),
    "rates.file_unreadable": _(
        "This is not one of the ECB's files of reference rates. Download one (XML, CSV or zip) and upload it as it is."
    ),
    "rates.file_impossible": _("The file states something impossible: %(what)s. Download it again from the ECB."),
    "rates.file_absurd": _(
        "Too many rates are far from the last known ones, so nothing was stored and the last good rates stay in use. "
        "Check the file; if it is right, accept it with a reason."
    ),
    "rates.no_base": _("The ECB quotes no rate for %(currency)s. Enter rates by hand."),
    "rates.too_many": _("The file has more than %(most)s rates since that day. Choose a later one."),
    "rates.none_since": _("The file ends before %(day)s. Choose an earlier day."),
    "rates.source_silent": _("The source of exchange rates did not answer. The last good rates stay in use."),
    "account.code": _("Account numbers hold letters, digits, dots and hyphens."),
    "account.code_taken": _("Another account already has this number. Choose a different one."),
    "account.booked": _("Something is booked on this account, so its number stays. Add another account instead."),
    "account.carried": _("%(account)s still carries a balance for this purpose and keeps it."),
    "account.purpose_needed": _("Each purpose needs an account. Give it to the other account; this one then loses it."),
    "account.not_revenue": _("Only accounts without a purpose, and the revenue account, may be chosen on lines."),
    "account.needed": _("This account has a purpose and is needed. Give the purpose to another account first."),
    "account.archived": _("This account is archived. Restore it first."),
    "series.characters": _(
        "Patterns hold letters and digits with - / . _ between them, and {year}, {yy}, {month} and {seq}."
    ),
    "series.seq": _("The pattern must hold {seq} exactly once, for the running number: INV-{year}-{seq:05}."),
    "series.year": _("Numbers start again, so the pattern must hold the {year} or {yy}, or they would repeat."),
    "series.month": _("Numbers start again each month, so the pattern must hold the {month} too."),
    "series.length": _("Numbers of this pattern would grow longer than 35 characters. Shorten it."),
    "series.reference": _(
        "The fields must stand among the last 21 letters and digits, for the payment reference. Shorten it."
    ),
    "series.pattern_taken": _("Another series already has this pattern. Choose a different one."),
    "series.clash": _("%(number)s has this form and was given by another series. Choose a pattern of another form."),
    "series.in_use": _(
        "This series already gave numbers, so when it starts again is settled. Add another series instead."
    ),
    "series.external": _("Numbers of this series are given elsewhere; it counts nothing."),
    "series.external_once": _("This kind already has a series of numbers given elsewhere. Use that one."),
    "series.reason": _("Say why numbers are skipped; the gap ledger shows it."),
    "series.counter_end": _("Numbers end at %(last)s. Choose a smaller one."),
    "series.counter_backwards": _("Numbers only go forward. Choose a number above %(last)s."),
    "period.soft_locked": _(
        "The books are closed through %(day)s. Choose a later date, or have somebody who closes books give you an exception."
    ),
    "period.behind": _("The books are closed for good through %(day)s. Choose a later day, or leave it empty."),
    "period.exception_days": _("An exception lasts one to %(most)s days."),
    "period.exception_person": _("Choose a member who may book."),
    "period.exception_own": _("Ask somebody else who may close books: nobody gives an exception to themselves."),
    "period.backwards": _("The books are already closed through %(day)s. Choose a later day."),
    "period.future": _("Books can be closed up to yesterday at most."),
    "period.in_use": _("Something was booked while you were closing. Try again."),
    "company.fixed": _("This was settled when the company was founded and cannot change any more."),
    "company.region": _("This installation keeps its data in %(region)s only."),
    "company.zone": _("Choose a time zone from the list."),
    "bank.iban": _("This IBAN is not valid. Check it digit by digit."),
    "bank.bic": _("This BIC is not valid. It has 8 or 11 characters, such as DEUTDEFF."),
    "bank.number": _("Enter an IBAN, or an account number and a routing number."),
    "bank.archived": _("This bank account is archived. Add it anew."),
    "country.unknown": _("Choose a country from the list."),
    "language.unknown": _("Choose one of the languages documents are written in."),
    "terms.net_days": _("Payment terms run from 0 to %(max)s days."),
    "terms.kind": _("Choose one of the payment terms in the list."),
    "terms.day": _("Enter a day of the month from 1 to 31."),
    "terms.discount_percent": _("Enter a discount of 0 to less than 100 %%, with at most six decimals."),
    "terms.discount_days": _("The time for the discount must end on the last due date, %(last)s, or before."),
    "terms.discount_too_large": _("The discount is more than what is still to pay. Enter a smaller one."),
    "instalment.empty": _("Enter a percentage or an amount, or remove this instalment."),
    "instalment.both": _("Enter either a percentage or an amount."),
    "instalment.percent": _("Enter a percentage above 0 and at most 100, with at most six decimals."),
    "instalment.amount": _("Enter an amount above zero, with no more decimals than the currency has."),
    "instalment.too_large": _("The instalments come to more than is to pay. Lower this one, or one before it."),
    "instalment.too_many": _("A document has at most %(max)s instalments."),
    "document.tax_rounding": _("Choose whether tax is rounded once on the document or on every line."),
    "document.cash_unit": _("The smallest coin must be a multiple of %(unit)s, or 0 for no cash rounding."),
    "document.withholding_percent": _("Enter a percentage from 0 to 100, with at most six decimals."),
    "document.withheld_too_large": _("More would be withheld than is left to pay. Enter a lower percentage."),
    "document.prepaid": _("Enter an amount of zero or more, in steps of %(unit)s."),
    "document.prepaid_too_large": _(
        "The deposits are more than the total. Leave one out, or bill the rest with a credit note."
    ),
    "currency.unknown": _("%(currency)s is not an active ISO 4217 currency."),
    "logo.invalid": _("Upload a PNG or JPEG picture of at most 1 MB and 4,000 × 4,000 pixels."),
    # clients
    "client.number_taken": _("Another client already has this number. Choose a different one."),
    "client.tax_id": _("This is not a valid %(scheme)s. Check the digits; one looks like %(example)s."),
    "client.twice": _("This is listed twice. Keep one of the two rows."),
    "client.external_id_taken": _("Another client already has this id in that system."),
    "client.archived": _("This client is archived. Restore it first."),
    "client.changed": _("Somebody changed this client meanwhile. Look at the newer version, then save again."),
    "client.einvoice": _("Choose a kind of electronic invoice from the list."),
    "endpoint.scheme": _("Say which register the electronic address is from."),
    "endpoint.value": _("Enter the electronic address, or choose no register."),
    # portal and links
    "link.purpose": _("Choose what the link is for."),
    "link.days": _("A link is valid for one day at least and %(most)s days at most."),
    "portal.email": _("Enter a valid e-mail address."),
    "portal.name": _("Enter a name of at most %(most)s characters, on one line."),
    "portal.granted": _("%(email)s may see this client's documents already."),
    "portal.code": _("This code is wrong or no longer good. Check the digits, or ask for another code."),
    "mail.access_ended": _("The access to the portal was ended before this e-mail was sent."),
    # people and access
    "form.no_key": _("This form is incomplete. Reload the page and send it again."),
    "role.unknown": _("Choose one of the roles in the list."),
    "role.not_allowed": _("Your role does not allow this. Ask an owner of the company."),
    "person.deactivated": _("Your account is no longer active. Ask the platform admin."),
    "invitation.email": _("Enter a valid e-mail address."),
    "invitation.open": _("%(email)s already has an open invitation. Revoke it first, then invite again."),
    "invitation.closed": _("This invitation was used, revoked or has expired. Ask the owner for a new one."),
    "invitation.other_person": _("This invitation is for another e-mail address. Sign out, then open the link again."),
    "invitation.sign_in": _("An account with this e-mail address exists. Sign in with it, then open the link again."),
    "member.already": _("%(email)s is already a member of this company."),
    "member.expiry": _("The last day must be today or later."),
    "member.ended": _("This membership has already ended."),
    "member.last_owner": _("A company needs an owner whose membership has no end. Make somebody else an owner first."),
    "member.successor": _("Choose another current member who may edit documents to take over the work."),
    "member.elsewhere": _("This person also works for other companies. Only the platform admin can do this."),
    "member.self": _("Nobody does this for themselves. Ask another owner or the platform admin."),
    "person.password": _("%(problem)s"),
    "person.name": _("Enter a name of at most 150 characters."),
    "person.language": _("Choose one of the languages in the list."),
    "person.inactive": _("This account is already deactivated."),
    "person.sole_admin": _("This is the only platform admin. Appoint another one first."),
    "person.sole_owner": _("This person is the only owner of %(company)s. Appoint another owner first."),
    "person.no_factor": _("This person has no second factor to reset."),
    "reason.missing": _("Give a reason; it stays in the history."),
    "glass.hours": _("Access is opened for at least one hour and at most %(most)s."),
    "company.slug": _(
        "Choose another address: lower-case letters, digits and hyphens, and not one the site uses itself."
    ),
    # sending documents
    "mail.no_recipient": _("Tick or enter at least one recipient."),
    "mail.too_many": _("At most %(limit)s recipients at a time."),
    "mail.twice": _("This address is listed twice. Keep one of the two rows."),
    "mail.note": _("Write a note of at most %(limit)s characters."),
    "mail.past": _("This moment has passed. Leave it empty to send now."),
    "mail.too_far": _("Choose a day within the coming year."),
    "mail.document_gone": _("The document is void, so it was not sent."),
    "mail.link_closed": _("The link in this e-mail is no longer good. Send the document anew from its page."),
    "sender.undo": _("Sending can be undone for at most %(most)s seconds."),
    "words.subject": _("Write a subject of one line."),
    "words.empty": _("Write a text."),
    "words.unknown": _("Nothing is known as %(names)s here. Use the placeholders in the list."),
    "words.changed": _("Somebody changed these words meanwhile. Open the page again, then save."),
    # products
    "product.sku_taken": _("Another product already has this SKU. Choose a different one."),
    "product.unit": _("Choose a unit from the list."),
    "product.choice": _("This is archived or belongs elsewhere. Choose another one from the list."),
    "product.archived": _("This product is archived. Restore it first."),
    "price.twice": _("This currency is listed twice for the same client. Keep one of the two rows."),
    "price.client": _("There is no such client. Enter a name or number from the list of clients."),
    "price.client_several": _("Several clients match: %(names)s. Enter the number of the one you mean."),
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
    "gateway.reference": _("Name where the secret is: env:NAME, or file:/path. Never enter the secret itself."),
    "gateway.active": _("One payment provider is already in use. Archive it first."),
    "gateway.archived": _("This payment provider is archived."),
    "gateway.mode_fixed": _("Payments were made through this provider. Archive it and connect another one."),
    "inbox.not_stuck": _("This message is not waiting for anybody: it is done, or a worker will take it."),
}


def sentence(error: BusinessError | ApprovalNeeded) -> str:
    """What to show a person for `error`, in the active language."""
    currency = error.params.get("currency")
    said = {name: _said(value, currency) for name, value in error.params.items()}
    return str(SENTENCES[error.code]) % said


def _said(value: object, currency: object) -> object:
    """A figure as the reader writes it; an amount with the currency the error names."""
    language = get_language() or "en"
    if isinstance(value, Decimal):
        return format_money(value, currency, language) if isinstance(currency, str) else format_number(value, language)
    if isinstance(value, dt.datetime):
        return format_moment(value, get_current_timezone(), language)
    return format_day(value, language) if isinstance(value, dt.date) else value
