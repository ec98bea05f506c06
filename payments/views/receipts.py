"""The receipt of a payment, for the office: to look at, and to send."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.once import key_of
from invoicing_site.web import OfficeRequest, office
from payments.actions.receipts import send_receipt
from payments.forms.receipt import SendForm
from payments.views.files import receipt_file
from payments.views.money import attempt
from payments.views.payment import address, one, page


@office("payments.view", methods=("GET",))
def receipt(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    found = one(request, payment)
    return receipt_file(request, found, address(request, found), layout="base.html")


@office("documents.send", methods=("POST",))
def send(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    found, at = one(request, payment), clock.now()
    form = SendForm(request.POST)

    def work() -> str:
        send_receipt(
            company=request.company,
            payment_uuid=found.uuid,
            recipient=form.cleaned_data["recipient"],
            key=key_of(request),
            actor=request.actor,
            at=at,
        )
        return address(request, found)

    sent = attempt(request, form, work, _("The receipt is on its way."), at=at) if form.is_valid() else None
    return sent or page(request, found, status=422, sending=form)
