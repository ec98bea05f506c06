"""A receipt on its way to a browser: its stored bytes, or a page that waits until they are made."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from invoicing_site import files, limits
from payments.actions.receipts import ask
from payments.documents.words import LANGUAGES
from payments.models import Payment
from payments.reports.receipts import language_of, receipt_of
from payments.states import PaymentState

log = logging.getLogger(__name__)
# A page that waits asks again and again; the renderer is asked once in this time.
ASK_SECONDS = 30


def receipt_file(request: HttpRequest, payment: Payment, back: str, *, layout: str) -> HttpResponse:
    """The receipt's PDF; ``?download`` as an attachment. While it is being made, a page that waits for it (202).

    Cancelled: a page that says so (409). `back` is where the reader came from, `layout` the template these pages extend.
    """
    context: dict[str, Any] = {"payment": payment, "back": back, "layout": layout}
    if payment.state != PaymentState.RECEIVED:
        return render(request, "payments/receipt_cancelled.html", context, status=409)
    language = language_of(payment)
    stored = receipt_of(payment, language)
    if stored is None:
        limits.seldom(f"receipt:{payment.pk}:{language}", lambda: ask(payment.pk, language), seconds=ASK_SECONDS)
        return render(request, "payments/receipt_waiting.html", context, status=202)
    try:
        data = files.fetch(stored.blob)
    except files.Damaged:
        log.error("stored receipt damaged: payment %s, file %s", payment.uuid, stored.blob.sha256)
        return render(request, "payments/receipt_damaged.html", context, status=503)
    response = HttpResponse(data, content_type="application/pdf")
    place = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{place}; filename="{file_name(payment, language)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(payment: Payment, language: str) -> str:
    """Plain ASCII: the title in the receipt's language and the day."""
    title = LANGUAGES[language]["title"].replace("ä", "ae")
    return f"{title.replace(' ', '-')}-{payment.received_on.isoformat()}.pdf"
