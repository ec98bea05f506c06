"""Where the e-invoice of a document was sent, and where it could go."""

from dataclasses import dataclass

from billing.models import Document, Route, Transmission
from billing.states import TransmissionState
from invoicing_site.errors import BusinessError
from invoicing_site.messages import SENTENCES, sentence

TONES = {"queued": "info", "sending": "info", "accepted": "good", "uncertain": "warn", "failed": "bad"}


@dataclass(frozen=True, slots=True)
class Journey:
    """`answer` is the other side's acknowledgement, or our sentence for why there is none."""

    row: Transmission
    tone: str
    answer: str
    again: bool
    unsure: bool


def journeys(document: Document) -> list[Journey]:
    """Newest first. One query."""
    rows = Transmission.objects.filter(document=document).select_related("route").order_by("-id")
    return [
        Journey(
            row,
            TONES[row.state],
            sentence(BusinessError(row.answer)) if row.answer in SENTENCES else row.answer,
            row.state in (TransmissionState.FAILED, TransmissionState.UNCERTAIN),
            row.state == TransmissionState.UNCERTAIN,
        )
        for row in rows
    ]


def open_routes(document: Document, made: list[Journey]) -> list[Route]:
    """Routes it has not been sent by. One query."""
    used = {journey.row.route_id for journey in made}
    rows = Route.objects.for_company(document.company).filter(archived_at=None).order_by("name", "id")
    return [route for route in rows if route.pk not in used]
