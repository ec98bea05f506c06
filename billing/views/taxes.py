"""Settings of taxes and their rates over time."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions import taxes as verbs
from billing.forms.taxes import EndForm, NewTaxForm, RateForm, TaxForm, WithdrawForm
from billing.models import TaxCode, TaxRate
from billing.views.common import today_of
from invoicing_site import clock
from invoicing_site.choices import countries
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.reports.timeline import timeline
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


def one(request: OfficeRequest, tax_code: uuid.UUID) -> TaxCode:
    found: TaxCode | None = TaxCode.objects.for_company(request.company).filter(uuid=tax_code).first()
    if found is None:
        raise Http404
    return found


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Every tax with the rate of today, archived ones last."""
    today = today_of(request)
    rows = list(TaxCode.objects.for_company(request.company).order_by("code"))
    rates = dict(TaxRate.objects.for_company(request.company).on(today).values_list("tax_code_id", "rate"))
    taxes = [(row, rates.get(row.pk)) for row in sorted(rows, key=lambda row: row.archived_at is not None)]
    country = dict(countries())[request.company.country]
    context = {"taxes": taxes, "country": country, "tabs": tabs(request)}
    return render(request, "billing/settings/taxes.html", context)


@office("taxes.edit")
def new(request: OfficeRequest) -> HttpResponse:
    form = NewTaxForm(request.POST or None, initial={"valid_from": today_of(request)})
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.add_tax(
                company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("%(code)s can be chosen on lines now.") % {"code": made.code})
            return _to(request, made)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "billing/settings/tax_new.html", context, status=422 if form.errors else 200)


@office("settings.view", methods=("GET",))
def show(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    return _page(request, one(request, tax_code))


def _page(request: OfficeRequest, tax: TaxCode, **forms: Form) -> HttpResponse:
    """The tax with its rates; `forms` are refused ones to show again."""
    today = today_of(request)
    histories = [TaxCode.history.filter(id=tax.pk), TaxRate.history.filter(tax_code_id=tax.pk)]
    refused = forms.get("refused")
    context: dict[str, Any] = {
        "tax": tax,
        "rates": [(rate, *_state(rate, today, refused)) for rate in tax.rates.order_by("-valid_from")],
        "form": TaxForm(
            initial={
                "name": tax.name,
                "printed": tax.reason,
                "tax_class": tax.tax_class,
                "reason_code": tax.reason_code,
            }
        ),
        "rate_form": RateForm(auto_id="rate_%s"),
        "tabs": tabs(request),
        "entries": timeline(tax.uuid, histories),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "billing/settings/tax.html", context | forms, status=422 if wrong else 200)


def _state(rate: TaxRate, today: dt.date, refused: Form | None) -> tuple[str, Form | None]:
    """Whether a rate is coming, in force or past, and the form that may end it or take it back."""
    if isinstance(refused, EndForm) and refused["valid_from"].value() == rate.valid_from.isoformat():
        return "open", refused
    if rate.valid_from > today:
        return "coming", WithdrawForm(initial={"valid_from": rate.valid_from}, auto_id=False)
    if rate.valid_to is None:
        return "open", EndForm(rate=rate, today=today, auto_id=f"end{rate.pk}_%s")
    return ("open" if rate.valid_to >= today else "past"), None


def _change(
    request: OfficeRequest, tax_code: uuid.UUID, form: Form, name: str, verb: Callable[..., Any], done: str
) -> HttpResponse:
    """Let `verb` act on what `form` holds, and say so or show the page with the form's errors."""
    tax = one(request, tax_code)
    if form.is_valid():
        try:
            verb(
                company_id=request.company.pk,
                tax_uuid=tax.uuid,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, done)
            return _to(request, tax)
    return _page(request, tax, **{name: form})


@office("taxes.edit", methods=("POST",))
def edit(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    return _change(request, tax_code, TaxForm(request.POST), "form", verbs.change_tax, _("Saved."))


@office("taxes.edit", methods=("POST",))
def add_rate(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    form = RateForm(request.POST, auto_id="rate_%s")
    return _change(request, tax_code, form, "rate_form", verbs.add_rate, _("The rate is added."))


@office("taxes.edit", methods=("POST",))
def end_rate(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    form = EndForm(request.POST, auto_id="refused_%s")
    return _change(request, tax_code, form, "refused", verbs.end_rate, _("The rate has a last day now."))


@office("taxes.edit", methods=("POST",))
def withdraw_rate(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    form = WithdrawForm(request.POST)
    return _change(request, tax_code, form, "refused", verbs.withdraw_rate, _("The rate is withdrawn."))


@office("taxes.edit", methods=("POST",))
def archive(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    done = _("It can no longer be chosen.")
    return _change(request, tax_code, Form(request.POST), "refused", verbs.archive_tax, done)


@office("taxes.edit", methods=("POST",))
def restore(request: OfficeRequest, tax_code: uuid.UUID) -> HttpResponse:
    return _change(request, tax_code, Form(request.POST), "refused", verbs.restore_tax, _("It can be chosen again."))


def _to(request: OfficeRequest, tax: TaxCode) -> HttpResponse:
    return redirect("billing:tax", company=request.company.slug, tax_code=tax.uuid)
