"""Sentences about documents, their lines and files."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # attachments
    "attachment.empty": _("Choose a file that is not empty."),
    "attachment.too_large": _("This file is larger than %(most)s MB. Make it smaller, or send it another way."),
    "attachment.too_large_together": _("All files together may have %(most)s MB. Remove one, or make them smaller."),
    "attachment.too_many": _("A document carries at most %(most)s files."),
    "attachment.kind": _(
        "Only these kinds of files can go with a document: %(kinds)s. Save it as one of them and try again."
    ),
    "attachment.name_taken": _("Another file is called %(name)s. Rename this one, or remove the other first."),
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
    "tax_engine.secret": _(
        "Name where the operator put it for this company, as %(example)s or file:name; never the secret itself."
    ),
    "sales_tax.file": _("Choose a CSV file in UTF-8 of at most 4 MB."),
    "sales_tax.columns": _("The first line must name the columns: %(columns)s."),
    "sales_tax.rows": _("The file holds more than %(most)s rows. Split it."),
    "sales_tax.line": _("Line %(line)s cannot be read: check %(what)s. Nothing was imported."),
    "sales_tax.overlap": _("%(place)s has two rates on %(day)s. End the older one first. Nothing was imported."),
    "client.treatment": _("Choose from the list how the client is taxed."),
    "client.withholding": _("Enter what the client withholds in per cent: 0 or more, below 100."),
    "certificate.none": _("Nothing was withheld of this document."),
    "certificate.date": _("The certificate cannot lie before the document's date or in the future."),
    "certificate.number": _("Enter the number of the certificate."),
    "certificate.amount": _("Enter the certified amount: above zero, with the decimals of its currency."),
    "certificate.too_much": _("At most %(left)s %(currency)s are not certified yet."),
    "certificate.reason": _("Say why the certificate is taken back."),
    "tax.small_business": _("A small business charges no tax. Change that under Settings, Company, first."),
    "document.seller_vat_id": _("The law wants the company's VAT id on invoices. Add it under Settings, Company."),
    "document.order_missing": _("This client wants its purchase order named on each invoice. Enter it."),
    "document.exempt_unproven": _(
        "This client is treated as exempt, but no exemption certificate is on file. Add its number among the tax ids on the client's page."
    ),
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
    "document.credited": _(
        "A credit note corrects this document. Void the credit note first, or cancel what is left by another one."
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
}
