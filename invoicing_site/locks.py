"""Row locks, always in one order: period → client → payment → documents by pk → series → (commit) seal (docs/locking.md).

`FOR NO KEY UPDATE`, because plain FOR UPDATE would block inserts of child rows. The helpers return rows: a `select_for_update()` that is never
evaluated locks nothing.
"""

import datetime as dt
from typing import Any, TypeVar

from django.db import models

from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, Period, User

M = TypeVar("M", bound=models.Model)


_PERIOD = """
SELECT p.*, EXISTS (SELECT 1 FROM invoicing_site_periodexception e WHERE e.company_id = p.company_id AND e.person_id = %s
  AND e.revoked_at IS NULL AND e.expires_at > %s) AS excepted
FROM invoicing_site_period p WHERE p.company_id = %s FOR SHARE OF p"""


def lock_period(company: Company, person: User | None = None, at: dt.datetime | None = None) -> Period:
    """The company's period row FOR SHARE: books cannot be closed before this transaction ends.

    `excepted` on it says whether `person` holds an exception at `at`; verbs that book use actions/periods.py instead.
    """
    return next(iter(Period.objects.raw(_PERIOD, [person.pk if person else None, at, company.pk])))


def lock_rows(queryset: "models.QuerySet[M]") -> list[M]:
    """The rows of `queryset`, locked in the order of their primary keys."""
    return list(queryset.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def lock_row(queryset: "models.QuerySet[M]", code: str = "not_found", **params: Any) -> M:
    """The only row of `queryset`, locked. Raises BusinessError(`code`) when there is none."""
    rows = lock_rows(queryset)
    if len(rows) != 1:
        raise BusinessError(code, **params)
    return rows[0]
