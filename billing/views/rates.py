"""Settings of exchange rates."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions.rates import enter_rate, remove_rate
from billing.forms.rates import RateFilter, RateForm
from billing.models import ExchangeRate
from billing.views.common import today_of
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.paging import keyset
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Rates from the newest day down, of one currency if the URL says so."""
    form = RateFilter(request.GET, company=request.company)
    rows = ExchangeRate.objects.for_company(request.company)
    if form.is_valid() and form.cleaned_data["currency"]:
        rows = rows.filter(currency=form.cleaned_data["currency"])
    context = {
        "page": keyset(rows, request.GET.dict(), "-rate_date", "-id"),
        "filter": form,
        "filtered": bool(request.GET.get("currency")),
        "tabs": tabs(request),
    }
    return render(request, "billing/settings/rates.html", context)


@office("rates.edit")
def new(request: OfficeRequest) -> HttpResponse:
    form = RateForm(request.POST or None, company=request.company, today=today_of(request))
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "quoted"}
        try:
            enter_rate(company_id=request.company.pk, actor=request.actor, at=clock.now(), **values)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The rate is entered."))
            return _to_list(request)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "billing/settings/rate_new.html", context, status=422 if form.errors else 200)


@office("rates.edit", methods=("POST",))
def remove(request: OfficeRequest, exchange_rate: uuid.UUID) -> HttpResponse:
    if not ExchangeRate.objects.for_company(request.company).filter(uuid=exchange_rate).exists():
        raise Http404
    remove_rate(company_id=request.company.pk, rate_uuid=exchange_rate, actor=request.actor, at=clock.now())
    messages.success(request, _("The rate is removed. Documents issued with it keep it."))
    return _to_list(request)


def _to_list(request: OfficeRequest) -> HttpResponse:
    return redirect("billing:rates", company=request.company.slug)
