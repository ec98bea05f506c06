"""What a new company starts with: a chart of accounts, the taxes of its country, a series of invoices."""

import datetime as dt

from billing.actions.starter_series import add_series
from billing.models import Account, TaxCode, TaxRate
from billing.models.ledger import Purpose
from billing.rules.usual_taxes import usual_taxes
from invoicing_site.action import action
from invoicing_site.models import Company, User

# (code, name, purpose, may be chosen on lines); German numbers follow SKR03, the others the common US layout.
CHART_DE = (
    ("1400", "Forderungen aus Lieferungen und Leistungen", Purpose.RECEIVABLE, False),
    ("1593", "Unverrechnete Kundenguthaben", Purpose.CLIENT_CREDIT, False),
    ("1776", "Umsatzsteuer", Purpose.TAX, False),
    ("1200", "Bank", Purpose.BANK, False),
    ("1000", "Kasse", Purpose.CASH, False),
    ("1330", "Schecks", Purpose.CHEQUES, False),
    ("1361", "Geldtransit Zahlungsdienstleister", Purpose.GATEWAY, False),
    ("1360", "Währungsverrechnung", Purpose.FX_CLEARING, False),
    ("2660", "Erträge aus Kursdifferenzen", Purpose.FX_GAIN, False),
    ("2150", "Aufwendungen aus Kursdifferenzen", Purpose.FX_LOSS, False),
    ("1718", "Erhaltene Anzahlungen", Purpose.DEPOSITS, False),
    ("9008", "Saldenvorträge Debitoren", Purpose.OPENING, False),
    ("1540", "Einbehaltene Steuern", Purpose.WITHHOLDING, False),
    ("2709", "Rundungsdifferenzen", Purpose.ROUNDING, False),
    ("8730", "Gewährte Skonti", Purpose.DISCOUNT, False),
    ("2400", "Forderungsverluste", Purpose.BAD_DEBT, False),
    ("1370", "Außerhalb ausgeglichen", Purpose.OUTSIDE, False),
    ("8400", "Erlöse", Purpose.REVENUE, True),
    ("8500", "Provisionserlöse", None, True),
)
CHART_US = (
    ("1100", "Accounts receivable", Purpose.RECEIVABLE, False),
    ("2300", "Unapplied customer credit", Purpose.CLIENT_CREDIT, False),
    ("2200", "Sales tax payable", Purpose.TAX, False),
    ("1000", "Bank", Purpose.BANK, False),
    ("1010", "Cash on hand", Purpose.CASH, False),
    ("1020", "Checks in hand", Purpose.CHEQUES, False),
    ("1050", "Payment provider clearing", Purpose.GATEWAY, False),
    ("1090", "Currency clearing", Purpose.FX_CLEARING, False),
    ("7100", "Exchange gains", Purpose.FX_GAIN, False),
    ("7200", "Exchange losses", Purpose.FX_LOSS, False),
    ("2400", "Customer deposits", Purpose.DEPOSITS, False),
    ("3900", "Opening balances", Purpose.OPENING, False),
    ("1150", "Tax withheld by customers", Purpose.WITHHOLDING, False),
    ("7300", "Rounding differences", Purpose.ROUNDING, False),
    ("4900", "Sales discounts", Purpose.DISCOUNT, False),
    ("6600", "Bad debt expense", Purpose.BAD_DEBT, False),
    ("1095", "Settled outside", Purpose.OUTSIDE, False),
    ("4000", "Sales", Purpose.REVENUE, True),
    ("4100", "Service revenue", None, True),
)

# What art. L441-9 and D441-5 of the Code de commerce want on every invoice to a business.
FRENCH_NOTES = (
    "En cas de retard de paiement : pénalités au taux de trois fois le taux d'intérêt légal et indemnité forfaitaire "
    "pour frais de recouvrement de 40 €. Pas d'escompte pour paiement anticipé."
)


@action
def found(*, company: Company, actor: User | None, at: dt.datetime) -> None:
    """Give a new company its starting accounts, taxes and series, all editable afterwards."""
    german = company.country in {"DE", "AT"}
    Account.objects.bulk_create(
        Account(company=company, code=code, name=name, purpose=purpose, is_revenue=revenue)
        for code, name, purpose, revenue in (CHART_DE if german else CHART_US)
    )
    add_series(company)
    if not company.small_business:
        _add_taxes(company)
    if company.country == "FR" and not company.document_notes:
        company.document_notes = FRENCH_NOTES
        company.save(update_fields=["document_notes"])


def _add_taxes(company: Company) -> None:
    usual = usual_taxes(company.country, company.language, company.region)
    names = ("code", "name", "category", "tax_class", "country", "reason", "reason_code")
    taxes = TaxCode.objects.bulk_create(
        TaxCode(company=company, **{name: getattr(each, name) for name in names}) for each in usual
    )
    TaxRate.objects.bulk_create(
        TaxRate(company=company, tax_code=tax, rate=rate.rate, valid_from=rate.start, valid_to=rate.end)
        for tax, each in zip(taxes, usual, strict=True)
        for rate in each.rates
    )
