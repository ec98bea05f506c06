"""What a new company starts with: a chart of accounts, the taxes of its country, a series of invoices."""

import datetime as dt
from decimal import Decimal

from billing.models import Account, Series, TaxCode, TaxRate
from billing.models.ledger import Purpose
from billing.models.series import Reset
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

# (code, name, category, reason, ((rate, from, to), …)); German rates with the cut of 2020 (§ 28 UStG).
TAXES_DE = (
    (
        "DE19", "USt 19 %", "S", "",
        (("19", "2007-01-01", "2020-06-30"), ("16", "2020-07-01", "2020-12-31"), ("19", "2021-01-01", None)),
    ),
    (
        "DE7", "USt 7 %", "S", "",
        (("7", "1983-07-01", "2020-06-30"), ("5", "2020-07-01", "2020-12-31"), ("7", "2021-01-01", None)),
    ),
    ("EU-RC", "Reverse Charge", "AE", "Steuerschuldnerschaft des Leistungsempfängers / Reverse charge", (("0", "1993-01-01", None),)),
    ("EU-IC", "Innergemeinschaftliche Lieferung", "K", "Steuerfreie innergemeinschaftliche Lieferung, § 4 Nr. 1b UStG", (("0", "1993-01-01", None),)),
    ("EXPORT", "Ausfuhr", "G", "Steuerfreie Ausfuhrlieferung, § 4 Nr. 1a UStG", (("0", "1993-01-01", None),)),
)  # fmt: skip
TAXES_US = (
    ("NYC", "Sales tax NYC", "S", "", (("8.875", "2009-08-01", None),)),
    ("EXEMPT", "Tax exempt", "E", "Exempt from sales tax: certificate on file", (("0", "2000-01-01", None),)),
)


@action
def found(*, company: Company, actor: User | None, at: dt.datetime) -> None:
    """Give a new company its starting accounts, taxes and series, all editable afterwards."""
    german = company.country in {"DE", "AT"}
    Account.objects.bulk_create(
        Account(company=company, code=code, name=name, purpose=purpose, is_revenue=revenue)
        for code, name, purpose, revenue in (CHART_DE if german else CHART_US)
    )
    Series.objects.create(
        company=company,
        kind="invoice",
        name="Rechnungen" if company.language == "de" else "Invoices",
        pattern="RE-{year}-{seq:05}" if company.language == "de" else "INV-{year}-{seq:05}",
        reset=Reset.YEARLY,
    )
    taxes = {"DE": TAXES_DE, "US": TAXES_US}.get(company.country, ())
    for code, name, category, printed, rates in () if company.small_business else taxes:
        tax = TaxCode.objects.create(company=company, code=code, name=name, category=category, reason=printed)
        TaxRate.objects.bulk_create(
            TaxRate(company=company, tax_code=tax, rate=Decimal(rate), valid_from=start, valid_to=end)
            for rate, start, end in rates
        )
