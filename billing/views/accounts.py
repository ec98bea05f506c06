"""Settings of the chart of accounts."""

import uuid

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions.accounts import add_account, archive_account, change_account, restore_account
from billing.forms.accounts import AccountForm
from billing.models import Account
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.reports.timeline import timeline
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


def one(request: OfficeRequest, account: uuid.UUID) -> Account:
    found: Account | None = Account.objects.for_company(request.company).filter(uuid=account).first()
    if found is None:
        raise Http404
    return found


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    rows = list(Account.objects.for_company(request.company).order_by("code"))
    rows.sort(key=lambda row: row.archived_at is not None)
    return render(request, "billing/settings/accounts.html", {"accounts": rows, "tabs": tabs(request)})


@office("accounts.edit")
def new(request: OfficeRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_account(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The account is added."))
            return _to_list(request)
    return _form(request, form)


@office("accounts.edit")
def edit(request: OfficeRequest, account: uuid.UUID) -> HttpResponse:
    found = one(request, account)
    names = ("code", "name", "purpose", "is_revenue")
    form = AccountForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            change_account(
                company_id=request.company.pk,
                account_uuid=found.uuid,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to_list(request)
    return _form(request, form, found)


@office("accounts.edit", methods=("POST",))
def archive(request: OfficeRequest, account: uuid.UUID) -> HttpResponse:
    found = one(request, account)
    form = Form(request.POST)
    try:
        archive_account(company_id=request.company.pk, account_uuid=found.uuid, actor=request.actor, at=clock.now())
    except BusinessError as error:
        add_business_error(form, error)
        return _form(request, AccountForm(initial=vars(found)), found, refused=form)
    messages.success(request, _("%(account)s is archived.") % {"account": found})
    return _to_list(request)


@office("accounts.edit", methods=("POST",))
def restore(request: OfficeRequest, account: uuid.UUID) -> HttpResponse:
    found = one(request, account)
    restore_account(company_id=request.company.pk, account_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("%(account)s is active again.") % {"account": found})
    return _to_list(request)


def _form(
    request: OfficeRequest, form: AccountForm, account: Account | None = None, refused: Form | None = None
) -> HttpResponse:
    entries = timeline(account.uuid, [Account.history.filter(id=account.pk)]) if account else []
    context = {"form": form, "account": account, "entries": entries, "refused": refused, "tabs": tabs(request)}
    return render(request, "billing/settings/account.html", context, status=422 if refused or form.errors else 200)


def _to_list(request: OfficeRequest) -> HttpResponse:
    return redirect("billing:accounts", company=request.company.slug)
