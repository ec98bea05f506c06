"""The company's taxes in force on a day, as the rules want them."""

import datetime as dt

from billing.models import TaxRate
from billing.rules.totals import Tax
from invoicing_site.models import Company


def taxes_on(company: Company, day: dt.date) -> dict[int, Tax]:
    """Tax by id of its code, with the rate valid on `day`; codes without one are missing. One query."""
    rows = TaxRate.objects.for_company(company).on(day).select_related("tax_code")
    return {row.tax_code_id: Tax(row.tax_code.code, row.tax_code.category, row.rate, row.tax_code.name) for row in rows}
