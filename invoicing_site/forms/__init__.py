"""What all forms share; those of the ground floor itself stand beside."""

from invoicing_site.forms.fields import DateField, DecimalField, ReasonForm
from invoicing_site.forms.refusals import add_business_error
from invoicing_site.forms.rows import Row, Rows, grown, rows_of, typed, typed_rows

__all__ = [
    "DateField",
    "DecimalField",
    "ReasonForm",
    "Row",
    "Rows",
    "add_business_error",
    "grown",
    "rows_of",
    "typed",
    "typed_rows",
]
