"""The books as a page shows them; verbs ask again under a lock (actions/periods.py)."""

import datetime as dt

from django.db.models import Exists, OuterRef

from invoicing_site.models import Company, Period, PeriodException, User
from invoicing_site.rules.periods import Books


def books_for(company: Company, person: User, at: dt.datetime) -> Books:
    """The company's books as `person` finds them at `at`. One query."""
    held = PeriodException.objects.current(at).filter(company=OuterRef("company"), person=person)
    period = Period.objects.for_company(company).annotate(excepted=Exists(held)).get()
    found: Books = period.books(excepted=period.excepted)
    return found
