"""Certificates of withheld tax: recorded and taken back by the office."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.actions.certificates import record_certificate, revoke_certificate, uncertified
from billing.forms.certificates import CertificateForm, RevokeForm
from billing.models import WithholdingCertificate
from billing.views.common import one, today_of
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office, once


def panel(request: OfficeRequest, document: Any) -> tuple[str, dict[str, Any]] | None:
    """Certificates of an issued document some tax of which was withheld (wiring.DOCUMENT_PANELS). One query."""
    if document.is_draft or not document.withheld:
        return None
    found = list(
        WithholdingCertificate.objects.for_company(request.company).filter(document=document.pk).order_by("id")
    )
    inverses = {row.reverses_id: row for row in found if row.reverses_id is not None}
    rows = [row for row in found if row.reverses_id is None]
    for row in rows:
        row.inverse = inverses.get(row.pk)
    proven = sum((row.amount for row in rows if row.inverse is None), Decimal(0))
    context = {
        "document": document,
        "certificates": rows,
        "left": document.withheld - proven,
        "revoke_form": RevokeForm(),
    }
    return "billing/documents/certificates.html", context


@office("payments.record")
def record(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    found, at = one(request, document), clock.now()
    here = reverse("billing:document", args=[request.company.slug, found.uuid])
    left = uncertified(found)
    form = CertificateForm(request.POST or None, initial={"received_on": today_of(request), "amount": left})
    if request.method != "POST" and not left:
        messages.info(request, _("Everything withheld is certified, or nothing was withheld."))
        return redirect(here)

    def work() -> str:
        record_certificate(
            company=request.company, document_uuid=found.uuid, actor=request.actor, at=at, **form.cleaned_data
        )
        messages.success(request, _("The certificate is recorded."))
        return here

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, work, at=at)
        except BusinessError as error:
            add_business_error(form, error)
    context = {"document": found, "form": form, "left": left}
    return render(request, "billing/documents/certificate.html", context, status=422 if form.errors else 200)


@office("payments.record", methods=("POST",))
def revoke(request: OfficeRequest, certificate: uuid.UUID) -> HttpResponse:
    rows = WithholdingCertificate.objects.for_company(request.company).select_related("document")
    found = rows.filter(uuid=certificate, reverses=None).first()
    if found is None:
        raise Http404
    form = RevokeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        revoke_certificate(
            company=request.company, certificate_uuid=found.uuid, reason=reason, actor=request.actor, at=clock.now()
        )
        messages.success(request, _("The certificate is taken back."))
    except BusinessError as error:
        messages.error(request, sentence(error))
    return redirect("billing:document", company=request.company.slug, document=found.document.uuid)
