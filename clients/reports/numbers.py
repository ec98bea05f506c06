"""Client numbers in use."""

import re

from django.db.models.functions import Length

from clients.models import Client
from clients.rules.naming import FIRST_NUMBER, following, prefix_of
from invoicing_site.models import Company


def next_number(company: Company) -> str:
    """The number a new client gets: one after the largest of the series the newest client belongs to.

    Free only while the company's row is locked; without the lock it is a suggestion.
    """
    clients = Client.objects.for_company(company)
    newest = clients.order_by("-id").values_list("number", flat=True).first()
    for prefix in (prefix_of(newest or ""), prefix_of(FIRST_NUMBER)):
        if prefix is None:
            continue
        series = clients.filter(number__startswith=prefix, number__regex=rf"^{re.escape(prefix)}[0-9]+$")
        largest = series.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
        found = following(largest) if largest else FIRST_NUMBER
        if found:
            return found
    return ""
