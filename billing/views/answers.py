"""A customer's answer to an offer: one verb behind two doors, the portal and the link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from billing.actions.offers import answer_offer
from billing.forms.kinds import AnswerForm
from billing.models import Document
from billing.views import outside
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence


def answered(request: HttpRequest, document: Document, *, via: str, page_url: str, pdf_url: str) -> HttpResponse:
    """Take the answer the form carries and show the page again; what is refused says so beside the form (422)."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_offer(
                company=document.company,
                document_uuid=document.uuid,
                answer=request.POST.get("answer", ""),
                said_by=form.cleaned_data["said_by"],
                note=form.cleaned_data["note"],
                via=via,
                actor=None,
                at=clock.now(),
            )
            messages.success(request, _("Thank you. Your answer is noted."))
            return redirect(page_url)
        except BusinessError as error:
            if error.field in form.fields:
                form.add_error(error.field, sentence(error))
            else:
                request.answer_refused = sentence(error)  # type: ignore[attr-defined]
    request.answer_form = form  # type: ignore[attr-defined]
    response = outside.page(request, document, pdf_url=pdf_url)
    response.status_code = 422
    return response
