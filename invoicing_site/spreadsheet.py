"""Tables as CSV that a spreadsheet opens as text and numbers, and never as formulas."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse

# A cell that begins so is worked out by Excel, LibreOffice or Sheets, after blanks too.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
MARK = "\ufeff"  # without it Excel reads UTF-8 as something else


def cell(value: object) -> str:
    """A figure with a point and no grouping, a day as ISO writes it, a text that is no formula."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | dt.date):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(STARTS_FORMULA) else text


def csv_file(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A download called `name` (.csv); every cell goes through `cell`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([cell(value) for value in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    answer = HttpResponse(MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
