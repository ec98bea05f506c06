"""Sentences about layouts and electronic invoices."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # layouts
    "layout.blocks": _("Give each part its place; none may be left out."),
    "layout.totals_first": _("The totals follow the lines. Give them a higher number."),
    "layout.columns": _("Give each column its own place."),
    "layout.column_required": _("The column %(column)s must be shown: the law asks for it. Give it a number."),
    "layout.accent": _("Choose a colour as #rrggbb."),
    "layout.contrast": _(
        "This colour is too pale to be read on white (%(contrast)s to 1, 4.5 at least). Choose a darker one."
    ),
    "layout.logo": _("Choose one of the places in the list."),
    "layout.language": _("Choose one of the languages documents are written in."),
    "layout.words_language": _("Own words are of one language. Choose which documents this layout is for."),
    "layout.word": _("A word may have %(max)s characters and no braces. Shorten it."),
    "layout.text": _("Shorten this text to %(max)s characters."),
    "layout.not_tried": _(
        "Try the template with 2,000 lines first. It is put in use when they were printed without a problem."
    ),
    "layout.template_empty": _("Write the template first."),
    "layout.template_size": _("The template may have %(max)s characters. Shorten it."),
    "layout.template_tag": _("Line %(line)s: there is no tag %(tag)s here. Use if, for, with and include."),
    "layout.template_nesting": _("Line %(line)s: too many tags, or tags nested deeper than %(max)s. Take some away."),
    "layout.template_syntax": _(
        "Line %(line)s: this cannot be read: %(text)s. Look for a filter, a name or an end that is wrong."
    ),
    "layout.template_name": _(
        "Line %(line)s: %(name)s is no value of a document. Use its fields only, never their methods."
    ),
    "layout.template_loop": _(
        "Line %(line)s: a loop goes over a list of the document, and within a loop only over a list of its own part."
    ),
    "layout.template_element": _(
        "Line %(line)s: the element %(element)s is not allowed. Use plain text elements and tables."
    ),
    "layout.template_attribute": _("Line %(line)s: the attribute %(attribute)s is not allowed here. Take it away."),
    "layout.template_markup": _("The elements do not close as they open. Close each one, and write & as &amp;."),
    "layout.template_missing": _(
        "A document must say “%(text)s” (%(part)s), and this template leaves it out. Print it."
    ),
    "layout.css_size": _("The style sheet is longer than %(max)s characters or rules. Shorten it."),
    "layout.css_syntax": _("Line %(line)s of the style sheet cannot be read. Look for a missing brace or semicolon."),
    "layout.css_rule": _("Line %(line)s of the style sheet: @%(rule)s is not allowed. Use plain rules and @page."),
    "layout.css_function": _(
        "Line %(line)s of the style sheet: %(function)s() is not allowed. Nothing may be fetched."
    ),
    # e-invoice
    "einvoice.two_taxes": _(
        "Line %(line)s has two taxes; an e-invoice takes one. Split the line, or send the client no e-invoice."
    ),
    "einvoice.outside_mixed": _(
        "An e-invoice cannot mix lines outside the scope of VAT with others. Give every line a tax, or make two documents."
    ),
    "einvoice.allowance_tax": _(
        "“%(name)s” touches no line with a tax, and an e-invoice wants its tax named. Put it on a line."
    ),
    "einvoice.withholding": _(
        "An e-invoice has no place for withheld tax. Take the withholding off, or send no e-invoice."
    ),
    "einvoice.currency": _(
        "An e-invoice takes two decimals, %(currency)s has more. Choose another currency, or send no e-invoice."
    ),
    "einvoice.attachment": _(
        "“%(name)s” is of a kind e-invoices do not carry. Attach a PDF, PNG, JPEG, CSV, XLSX or ODS file."
    ),
    "einvoice.rule": _("The e-invoice would be refused by rule %(rule)s: %(text)s"),
    "einvoice.schema": _("The e-invoice would not be valid XML: %(text)s. Tell the operator of this site."),
    "einvoice.unchecked": _(
        "The e-invoice could not be checked against the official rules just now. Try again in a minute; "
        "if it stays so, tell the operator of this site."
    ),
    "einvoice.no_endpoint": _(
        "An e-invoice needs the client's electronic address or e-mail address. Add one on the client's page."
    ),
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
    "einvoice.br_de_15": _(
        "BR-DE-15: the buyer reference (Leitweg-ID) is missing. Ask the client for it and enter it."
    ),
    "einvoice.br_de_16": _("BR-DE-16: your VAT id or tax number is missing. Add one under Settings, Company."),
    "einvoice.br_de_18": _(
        "BR-DE-18: a line of the payment terms begins with # and is no discount in XRechnung's form. Take it out."
    ),
    "einvoice.br_de_19": _("BR-DE-19: the IBAN of the bank account is wrong. Choose another account."),
    "einvoice.br_de_22": _("BR-DE-22: two attached files have the same name. Rename one."),
    "einvoice.br_de_27": _(
        "BR-DE-27: your telephone number needs three digits at least. Correct it under Settings, Company."
    ),
    "einvoice.br_de_28": _(
        "BR-DE-28: XRechnung does not take your e-mail address. Correct it under Settings, Company."
    ),
    # transmissions
    "transmission.no_route": _("Choose a route from the list."),
    "transmission.no_xml": _("There is no e-invoice of this document yet. Try again in a minute."),
    "transmission.going": _("This e-invoice is on its way or has arrived. Wait until it has ended."),
    "transmission.not_uncertain": _("Only an e-invoice that was perhaps sent is settled by hand."),
    "transmission.said_so": _("Somebody said so."),
    "transmission.unreachable": _("The server did not answer as it should. It is tried again by itself."),
    "transmission.host_key": _(
        "The server is not the one whose key is stored. Ask its operator before you change the key."
    ),
    "transmission.sign_in": _("The server did not let us in. Check the user name and the secret, then send again."),
    "transmission.folder": _("The folder does not exist or may not be written to. Correct the route, then send again."),
    "transmission.other_file": _(
        "There is another file of this name on the server. Ask its operator to remove it, then send again."
    ),
    "transmission.secret": _("There is no secret where the route says. Put it there, then send again."),
    "transmission.key": _("The private key or the server's key cannot be read. Correct the route, then send again."),
    "transmission.damaged": _(
        "The stored XML is damaged. Tell the operator of this site, who can restore it from a backup."
    ),
    "transmission.mail": _("The e-mail did not get through. Look at it in the e-mail log, then send again."),
    "route.kind": _("Choose a kind of route from the list."),
    "route.missing": _("This route cannot work without it. Fill it in."),
    "route.reference": _(
        "Name where the operator put it for this company, as %(example)s or file:name; never the secret itself."
    ),
    "route.host_key": _("This is no public key. Enter one line such as ssh-ed25519 AAAA…."),
    "route.port": _("A port is a number from 1 to 65535."),
    "route.automatic": _("Another route sends by itself already. Switch that off first."),
    "route.archived": _("This route is archived. Choose another one."),
    # received e-invoices
    "received.too_large": _("The file is larger than %(megabytes)s MB. Ask the sender for a smaller one."),
    "received.not_xml": _("This is no readable XML file and no PDF. Choose the e-invoice itself."),
    "received.dtd": _(
        "The file declares a document type, which no e-invoice needs and attacks use. It was not read. Ask the sender."
    ),
    "received.include": _(
        "The file wants other files included, which no e-invoice does. It was not read. Ask the sender."
    ),
    "received.deep": _(
        "The file is nested deeper than %(limit)s levels, which no e-invoice is. It was not read. Ask the sender."
    ),
    "received.many": _("The file has more than %(limit)s elements. It was not read. Ask the sender for a smaller one."),
    "received.heavy": _(
        "The file takes too much time or memory to read. It was not kept. Ask the sender for another one."
    ),
    "received.pdf": _("This PDF cannot be opened: it is damaged or encrypted. Ask the sender for another one."),
    "received.no_xml": _("There is no e-invoice in this PDF. Ask the sender for the XML file."),
    "received.unknown": _("This XML is no invoice in UBL or CII. Choose another file."),
    "received.amount": _("The file has no number where an amount stands (%(what)s). Ask the sender to correct it."),
    "received.date": _("The file has no date where a day stands (%(what)s). Ask the sender to correct it."),
    "received.missing": _("The file does not say what every invoice says (%(what)s). Ask the sender to correct it."),
    "received.too_many_lines": _("The file has more than %(limit)s lines. Ask the sender to split it."),
    "received.credit_note": _("This is a credit note. Write yours from the document it corrects."),
    "received.no_tax": _(
        "You have no tax of category %(category)s at %(rate)s %%. Add one under Settings, Taxes, and try again."
    ),
    "received.cannot_keep": _(
        "A draft cannot have the stated amounts (%(what)s: %(stated)s stated, %(counted)s counted). Write the document by hand."
    ),
}
