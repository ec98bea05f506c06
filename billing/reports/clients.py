"""Finding the one client a person means by what they typed, with or without suggestions."""

import re

from clients.models import Client
from invoicing_site.models import Company

# "Nordlicht Medien GmbH (K0001)": the form suggestions have.
_LABEL = re.compile(r".*\((?P<number>[^()]{1,20})\)", re.DOTALL)
MOST = 5


def label_of(client: Client) -> str:
    return f"{client.name} ({client.number})"


def number_in(text: str) -> str:
    """The client number of a label; nothing where `text` is none."""
    match = _LABEL.fullmatch(text)
    return match["number"] if match else ""


def find(company: Company, text: str) -> list[Client]:
    """The clients `text` may mean, at most six: the one with that number, else that name, else what a search finds.

    An archived client is found by number or name, so that the refusal can say it is archived. At most three queries.
    """
    own = Client.objects.for_company(company)
    numbers = [text, number_in(text)]
    for found in (own.filter(number__in=numbers), own.filter(name__iexact=text)):
        if rows := list(found[: MOST + 1]):
            return rows
    return list(own.active().search(text).order_by("sort_name", "id")[: MOST + 1])
