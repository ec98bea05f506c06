"""Closing the books: for good, or for all without an exception; and who may book in spite of it (SPEC L3)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions.periods import close_books, close_softly, grant_exception, revoke_exception
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.forms.closing import CloseForm, ExceptionForm, SoftForm
from invoicing_site.models import Period, PeriodException
from invoicing_site.reports.timeline import timeline
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office

TOLD = ("period.closed", "period.soft_closed", "period.exception_granted", "period.exception_revoked", "period.exception_used")  # fmt: skip


@office("books.close")
def close(request: OfficeRequest) -> HttpResponse:
    """Both locks, who may book in spite of the soft one, and what happened; the form closes for good."""
    if request.method != "POST":
        return page(request)
    at = clock.now()
    form = CloseForm(request.POST, today=clock.local_date(at, request.company.time_zone))
    if form.is_valid():
        try:
            close_books(company_id=request.company.pk, actor=request.actor, at=at, **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            return _done(request, _("The books are closed."))
    return page(request, form=form)


@office("books.close", methods=("POST",))
def soften(request: OfficeRequest) -> HttpResponse:
    """Move the soft lock; an empty day opens what is not closed for good."""
    form = SoftForm(request.POST, today=clock.local_date(clock.now(), request.company.time_zone))
    if form.is_valid():
        try:
            close_softly(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            return _done(request, _("Saved. It holds from now on."))
    return page(request, soft=form)


@office("books.close", methods=("POST",))
def grant(request: OfficeRequest) -> HttpResponse:
    form = ExceptionForm(request.POST, company=request.company)
    if form.is_valid():
        try:
            grant_exception(
                company=request.company,
                membership=uuid.UUID(form.cleaned_data["person"]),
                days=form.cleaned_data["days"],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=clock.now(),
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            return _done(request, _("The exception is given."))
    return page(request, exception=form)


@office("books.close", methods=("POST",))
def revoke(request: OfficeRequest, period_exception: uuid.UUID) -> HttpResponse:
    row = PeriodException.objects.for_company(request.company).filter(uuid=period_exception).first()
    if row is None:
        raise Http404
    revoke_exception(company=request.company, exception_uuid=row.uuid, actor=request.actor, at=clock.now())
    return _done(request, _("The exception is revoked."))


def _done(request: OfficeRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("office:books_close", company=request.company.slug)


def page(request: OfficeRequest, **posted: Any) -> HttpResponse:
    """The forms as new, but for the one that was `posted` and refused."""
    at = clock.now()
    today = clock.local_date(at, request.company.time_zone)
    period = Period.objects.for_company(request.company).get()
    exceptions = PeriodException.objects.for_company(request.company).current(at).select_related("person", "granted_by")
    context = {
        "form": CloseForm(today=today),
        "soft": SoftForm(today=today),
        "exception": ExceptionForm(company=request.company),
        "tabs": tabs(request),
        "closed_through": period.closed_through,
        "soft_through": period.soft_through,
        "exceptions": list(exceptions.order_by("expires_at", "pk")),
        "entries": timeline(request.company.uuid, [Period.history.filter(id=period.pk)], types=TOLD),
    }
    return render(request, "site/settings/closing.html", context | posted, status=422 if posted else 200)
