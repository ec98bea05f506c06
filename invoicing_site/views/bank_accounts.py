"""Settings of the bank accounts customers pay to. Every change wants a fresh second factor (SPEC A4)."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from stdnum import iban

from invoicing_site import clock
from invoicing_site.actions.bank_accounts import add_bank_account, archive_bank_account, change_bank_account
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.forms.company import BankAccountForm
from invoicing_site.models import BankAccount
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


def one(request: OfficeRequest, bank_account: uuid.UUID) -> BankAccount:
    rows = BankAccount.objects.for_company(request.company).filter(archived_at=None)
    found: BankAccount | None = rows.filter(uuid=bank_account).first()
    if found is None:
        raise Http404
    return found


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Accounts in use, then those taken out of use."""
    rows = BankAccount.objects.for_company(request.company).order_by("archived_at", "currency", "label")
    accounts = [(row, iban.format(row.iban) if row.iban else row.account_number) for row in rows]
    accounts.sort(key=lambda pair: pair[0].archived_at is not None)
    return render(request, "site/settings/bank_accounts.html", {"accounts": accounts, "tabs": tabs(request)})


@office("bank.edit")
def new(request: OfficeRequest) -> HttpResponse:
    start = {"holder": request.company.legal_name, "currency": request.company.currency}
    form = BankAccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            add_bank_account(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The bank account is printed on documents issued from now on."))
            return _back(request)
    return _form(request, form)


@office("bank.edit")
def edit(request: OfficeRequest, bank_account: uuid.UUID) -> HttpResponse:
    found = one(request, bank_account)
    form = BankAccountForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_bank_account(
                company_id=request.company.pk,
                account_uuid=found.uuid,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved. Documents issued from now on carry it."))
            return _back(request)
    return _form(request, form, found)


@office("bank.edit", methods=("POST",))
def archive(request: OfficeRequest, bank_account: uuid.UUID) -> HttpResponse:
    found = one(request, bank_account)
    archive_bank_account(company_id=request.company.pk, account_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("%(label)s is archived.") % {"label": found.label})
    return _back(request)


def _form(request: OfficeRequest, form: BankAccountForm, account: BankAccount | None = None) -> HttpResponse:
    context = {"form": form, "account": account, "tabs": tabs(request)}
    return render(request, "site/settings/bank_account.html", context, status=422 if form.errors else 200)


def _back(request: OfficeRequest) -> HttpResponse:
    return redirect("office:bank_accounts", company=request.company.slug)
