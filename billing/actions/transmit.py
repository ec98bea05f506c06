"""The network part of a transmission: claim it, talk to the other side without a transaction, write how it went."""

import logging

from billing.actions.transmissions import claim, finish, mail_it
from billing.models import Transmission
from billing.reports.einvoices import stored
from billing.states import RouteKind
from billing.transmission import Refused, Unreachable, carrier
from invoicing_site import clock, files
from invoicing_site.context import refuse_in_action

log = logging.getLogger(__name__)


def transmit(ids: list[int]) -> None:
    """Try the transmissions (primary keys) that are due and nobody else's."""
    refuse_in_action("transmitting an e-invoice")
    for transmission_id in ids:
        claimed = claim(transmission_id=transmission_id, actor=None, at=clock.now())
        if claimed is not None:
            _one(claimed)


def _one(claimed: Transmission) -> None:
    if claimed.route.kind == RouteKind.EMAIL:
        mail_it(claimed=claimed, actor=None, at=clock.now())
        return
    accepted = final = False
    try:
        answer = carrier(claimed.route).send(_xml(claimed), f"{_plain(claimed.document.number or '')}.xml")
        accepted = True
    except Refused as refused:
        answer, final = refused.code, True
    except files.Damaged:
        answer, final = "transmission.damaged", True
    except Unreachable as error:
        log.warning("transmission %s: %s", claimed.uuid, error)
        answer = "transmission.unreachable"
    finish(claimed=claimed, answer=answer, accepted=accepted, final=final, actor=None, at=clock.now())


def _xml(row: Transmission) -> bytes:
    rendition = stored(row.document)
    if rendition is None:
        raise Refused("transmission.no_xml")
    return files.fetch(rendition.blob)


def _plain(number: str) -> str:
    return "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "-" for letter in number)
