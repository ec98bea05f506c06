"""What the editor's menus and suggestion lists offer, read once for the whole page however many lines it has."""

from typing import NamedTuple

from billing.forms import reading
from billing.forms.documents import DocumentEditor
from billing.reports.catalogue import product_suggestions
from billing.reports.clients import label_of
from clients.models import Client

# More are found by typing: the lists are suggestions, not menus to scroll.
OFFERED = 50


class Menus(NamedTuple):
    clients: list[str]
    products: list[tuple[str, str]]
    units: list[str]
    taxes: list[tuple[str, str]]
    accounts: list[tuple[str, str]]


def menus(editor: DocumentEditor) -> Menus:
    """Archived taxes and accounts are offered only where the document carries them. Two queries beside the catalogue's."""
    catalogue = editor.catalogue
    carried = {code for row in editor.lines for code in row.several["tax"]}
    booked = {row.values["account"] for row in editor.lines}
    clients = Client.objects.for_company(catalogue.company).active().order_by("sort_name", "id")
    return Menus(
        clients=[label_of(client) for client in clients.only("name", "number")[:OFFERED]],
        products=product_suggestions(catalogue.company, "", OFFERED),
        units=reading.units_offered(editor.language),
        taxes=[(tax.code, tax.name) for tax in catalogue.taxes if not tax.archived_at or tax.code in carried],
        accounts=[
            (account.code, str(account))
            for account in catalogue.accounts
            if not account.archived_at or account.code in booked
        ],
    )
