"""Row locks, always in one order: period → client → payment → documents by pk → series → (commit) seal (docs/locking.md).

`FOR NO KEY UPDATE`, because plain FOR UPDATE would block inserts of child rows. The helpers return rows: a `select_for_update()` that is never
evaluated locks nothing.
"""

from typing import Any, TypeVar

from django.db import models

from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, Period

M = TypeVar("M", bound=models.Model)


def lock_period(company: Company) -> Period:
    """The company's period row FOR SHARE: books cannot be closed before this transaction ends."""
    table = Period._meta.db_table
    rows = list(Period.objects.raw(f'SELECT * FROM "{table}" WHERE company_id = %s FOR SHARE', [company.pk]))  # noqa: S608
    return rows[0]


def lock_rows(queryset: "models.QuerySet[M]") -> list[M]:
    """The rows of `queryset`, locked in the order of their primary keys."""
    return list(queryset.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def lock_row(queryset: "models.QuerySet[M]", code: str = "not_found", **params: Any) -> M:
    """The only row of `queryset`, locked. Raises BusinessError(`code`) when there is none."""
    rows = lock_rows(queryset)
    if len(rows) != 1:
        raise BusinessError(code, **params)
    return rows[0]
