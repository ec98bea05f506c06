"""How e-invoices leave the house: one protocol, an adapter for each kind of route (docs/adr/0012-e-invoice.md)."""

from billing.models import Route
from billing.transmission.base import Carrier, Refused, Unreachable
from billing.transmission.sftp import SftpCarrier

__all__ = ["Carrier", "Refused", "Unreachable", "carrier"]


def carrier(route: Route) -> Carrier:
    """The adapter that talks to the route's server itself. An e-mail route has none: its XML goes as a row of the mail queue, which
    brings its own attempts, bounces and answers."""
    return SftpCarrier(
        host=route.host,
        port=route.port,
        username=route.username,
        secret=route.secret,
        owner=route.company.slug,
        host_key=route.host_key,
        folder=route.folder,
    )
