"""Settings of the company itself: details and logo."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from invoicing_site import clock, files
from invoicing_site.actions.companies import change_company, change_logo
from invoicing_site.choices import country_name
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.forms.company import CompanyForm, LogoForm
from invoicing_site.models import BankAccount, Company, Period
from invoicing_site.reports.timeline import timeline
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


@office("settings.view", methods=("GET",))
def show(request: OfficeRequest) -> HttpResponse:
    return _page(request, LogoForm())


def _page(request: OfficeRequest, form: LogoForm, status: int = 200) -> HttpResponse:
    company = request.company
    banks = BankAccount.objects.for_company(company).values_list("uuid", flat=True)
    parts = (BankAccount, Period)
    histories = [Company.history.filter(id=company.pk), *(m.history.filter(company_id=company.pk) for m in parts)]
    context = {
        "tabs": tabs(request),
        "logo_form": form,
        "country": country_name(company.country),
        "fiscal_month": MONTHS[company.fiscal_year_start],
        "entries": timeline([company.uuid, *banks], histories, limit=30),
    }
    return render(request, "site/settings/company.html", context, status=status)


@office("settings.edit")
def edit(request: OfficeRequest) -> HttpResponse:
    form = CompanyForm(request.POST or None, instance=request.company)
    if request.method == "POST" and form.is_valid():
        try:
            change_company(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved. Documents issued from now on carry it."))
            return _back(request)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "site/settings/company_edit.html", context, status=422 if form.errors else 200)


@office("settings.edit", methods=("POST",))
def upload_logo(request: OfficeRequest) -> HttpResponse:
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        picture = form.cleaned_data["logo"].read()
        try:
            change_logo(company_id=request.company.pk, picture=picture, actor=request.actor, at=clock.now())
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The new logo is printed on documents issued from now on."))
            return _back(request)
    return _page(request, form, status=422)


@office("settings.edit", methods=("POST",))
def remove_logo(request: OfficeRequest) -> HttpResponse:
    change_logo(company_id=request.company.pk, picture=None, actor=request.actor, at=clock.now())
    messages.success(request, _("Documents issued from now on carry no logo."))
    return _back(request)


@office("settings.view", methods=("GET",))
def logo(request: OfficeRequest) -> HttpResponse:
    """The picture itself; it was drawn by us, so it is what its media type says."""
    blob = request.company.logo
    if blob is None:
        raise Http404
    return HttpResponse(files.fetch(blob), content_type=blob.media_type)


def _back(request: OfficeRequest) -> HttpResponse:
    return redirect("office:settings_company", company=request.company.slug)
