"""Closing the books: no document or payment is dated into closed days any more (SPEC L3)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions.companies import close_books
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.forms.company import CloseForm
from invoicing_site.models import Period
from invoicing_site.reports.timeline import timeline
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


@office("books.close")
def close(request: OfficeRequest) -> HttpResponse:
    at = clock.now()
    today = clock.local_date(at, request.company.time_zone)
    form = CloseForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            close_books(company_id=request.company.pk, actor=request.actor, at=at, **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The books are closed."))
            return redirect("office:books_close", company=request.company.slug)
    period = Period.objects.for_company(request.company).get()
    context = {
        "form": form,
        "tabs": tabs(request),
        "closed_through": period.closed_through,
        "entries": timeline(request.company.uuid, [Period.history.filter(id=period.pk)], types=("period.closed",)),
    }
    return render(request, "site/settings/closing.html", context, status=422 if form.errors else 200)
