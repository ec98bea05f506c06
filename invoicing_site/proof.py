"""What a proof of the books is made of: checks that yield differences."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from django.db import connection

from invoicing_site.models import Company


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not add up, and the row to look at. `text` holds figures only, in English."""

    check: str
    subject_kind: str
    subject: str
    text: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


Check = Callable[[Company, dt.date], Iterable[Difference]]


def query(check: str, sql: str) -> Check:
    """A check whose SQL returns (subject kind, subject uuid, text) for each difference; it may use %(company)s and %(as_of)s."""

    def run(company: Company, as_of: dt.date) -> list[Difference]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"company": company.pk, "as_of": as_of})
            return [Difference(check, kind, str(subject or ""), text) for kind, subject, text in cursor.fetchall()]

    run.__name__ = check
    return run
