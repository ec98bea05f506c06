"""Sentences about the settings of a company."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
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
    "rates.source_silent": _("No answer came. The last good rates stay in use."),
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
}
