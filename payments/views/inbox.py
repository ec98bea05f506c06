"""Messages of the payment provider that wait for somebody: what they say, why they stopped, and working them again."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office
from payments.actions.inbox import replay
from payments.models import InboxEvent
from payments.reports.online import counted, told
from payments.states import InboxState


@office("payments.record", methods=("GET",))
def inbox(request: OfficeRequest) -> HttpResponse:
    """Parked ones and dead letters; how many wait and are done."""
    context = {
        "parked": told(request.company, InboxState.PARKED),
        "dead": told(request.company, InboxState.DEAD),
        "counts": counted(request.company),
    }
    return render(request, "payments/inbox.html", context)


@office("payments.record", methods=("POST",))
def again(request: OfficeRequest, inbox_event: uuid.UUID) -> HttpResponse:
    row = InboxEvent.objects.for_company(request.company).filter(uuid=inbox_event).first()
    if row is None:
        raise Http404
    try:
        replay(company=request.company, event_uuid=row.uuid, actor=request.actor, at=clock.now())
    except BusinessError as error:
        messages.warning(request, sentence(error))
    else:
        messages.success(request, _("The message is worked again; look back in a moment."))
    return redirect("payments:inbox", company=request.company.slug)
