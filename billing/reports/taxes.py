"""The company's taxes in force on a day, as the rules want them."""

import datetime as dt
from decimal import Decimal

from billing.models import TaxCode, TaxRate
from billing.rules.totals import Tax
from invoicing_site.models import Company


def taxes_on(company: Company, day: dt.date) -> dict[int, Tax]:
    """Tax by id of its code, with the rate valid on `day`; codes without one are missing. One query."""
    rows = TaxRate.objects.for_company(company).on(day).select_related("tax_code")
    return {row.tax_code_id: _tax(row.tax_code, row.rate) for row in rows}


def _tax(code: TaxCode, rate: Decimal) -> Tax:
    return Tax(code.code, code.category, rate, code.name, compound=code.is_compound)
