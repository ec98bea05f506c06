"""Settings of how taxes are chosen: the rules with the company's own exceptions, its sales tax, an engine outside."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions import tax_setup as verbs
from billing.actions.usual_taxes import add_usual_taxes
from billing.forms.tax_setup import EngineForm, MappingForm, SalesTaxForm
from billing.models import SalesTaxRate, TaxMapping
from billing.models.tax_setup import TaxClass, Zone
from billing.tax_engines import engine_of
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.paging import keyset
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office

RULES = {
    Zone.HOME: gettext_lazy("The product's own tax, else the standard rate"),
    Zone.EU_GOODS: gettext_lazy("Intra-Community supply, where the client shows a VAT id"),
    Zone.EU_SERVICES: gettext_lazy("Reverse charge, where the client shows a VAT id"),
    Zone.EU_CONSUMER: gettext_lazy("The rate of the client's country"),
    Zone.ABROAD_GOODS: gettext_lazy("Export"),
    Zone.ABROAD_SERVICES: gettext_lazy("Outside the scope of VAT"),
}


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    return _page(request)


def _page(request: OfficeRequest, **forms: Form) -> HttpResponse:
    """The page; `forms` are refused ones to show again."""
    rows: dict[str, list[TaxMapping]] = {}
    for row in TaxMapping.objects.for_company(request.company).select_related("tax_code"):
        row.class_name = TaxClass(row.tax_class).label
        rows.setdefault(row.zone, []).append(row)
    engine = engine_of(request.company)
    context: dict[str, Any] = {
        "zones": [(zone.label, RULES[zone], rows.get(zone.value, [])) for zone in Zone],
        "mapping_form": MappingForm(company=request.company, auto_id="map_%s"),
        "engine": engine,
        "engine_form": EngineForm(initial={"url": engine.url, "secret": engine.secret} if engine else None),
        "sales": keyset(
            SalesTaxRate.objects.for_company(request.company),
            request.GET.dict(),
            "region",
            "prefix",
            "valid_from",
            "id",
        ),
        "sales_form": SalesTaxForm(),
        "american": request.company.country == "US",
        "tabs": tabs(request),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "billing/settings/tax_rules.html", context | forms, status=422 if wrong else 200)


def _act(
    request: OfficeRequest, form: Form, name: str, verb: Callable[..., Any], done: str, **more: Any
) -> HttpResponse:
    """Let `verb` act on what `form` holds, and say so or show the page with the form's errors."""
    if form.is_valid():
        try:
            verb(company_id=request.company.pk, actor=request.actor, at=clock.now(), **(form.cleaned_data | more))
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, done)
            return redirect("billing:tax_rules", company=request.company.slug)
    return _page(request, **{name: form})


@office("taxes.edit", methods=("POST",))
def map_tax(request: OfficeRequest) -> HttpResponse:
    form = MappingForm(request.POST, company=request.company, auto_id="map_%s")
    more = {}
    if form.is_valid():
        more = {"tax_uuid": uuid.UUID(form.cleaned_data.pop("tax_code"))}
    return _act(request, form, "mapping_form", verbs.map_tax, _("Later drafts follow your choice."), **more)


@office("taxes.edit", methods=("POST",))
def unmap_tax(request: OfficeRequest, tax_mapping: uuid.UUID) -> HttpResponse:
    if not TaxMapping.objects.for_company(request.company).filter(uuid=tax_mapping).exists():
        raise Http404
    done = _("The rules decide again.")
    return _act(request, Form(request.POST), "refused", verbs.unmap_tax, done, mapping_uuid=tax_mapping)


@office("taxes.edit", methods=("POST",))
def import_sales_tax(request: OfficeRequest) -> HttpResponse:
    form = SalesTaxForm(request.POST, request.FILES)
    more = {}
    if form.is_valid():
        more = {"table": form.cleaned_data.pop("table").read(verbs.LARGEST + 1)}
    return _act(request, form, "sales_form", verbs.import_sales_tax, _("The table is imported."), **more)


@office("settings.edit", methods=("POST",))
def connect_engine(request: OfficeRequest) -> HttpResponse:
    done = _("The engine is asked from now on; if it does not answer, our own rules decide.")
    return _act(request, EngineForm(request.POST), "engine_form", verbs.connect_engine, done)


@office("settings.edit", methods=("POST",))
def disconnect_engine(request: OfficeRequest) -> HttpResponse:
    return _act(request, Form(request.POST), "refused", verbs.disconnect_engine, _("Our own rules decide again."))


@office("taxes.edit", methods=("POST",))
def add_usual(request: OfficeRequest) -> HttpResponse:
    """Add the usual taxes of the company's country."""
    try:
        found = add_usual_taxes(company_id=request.company.pk, actor=request.actor, at=clock.now())
    except BusinessError as error:
        messages.error(request, sentence(error))
    else:
        text = ", ".join(tax.code for tax in found)
        messages.success(
            request, _("Added or completed: %(codes)s.") % {"codes": text} if found else _("All usual taxes are there.")
        )
    return redirect("billing:taxes", company=request.company.slug)
