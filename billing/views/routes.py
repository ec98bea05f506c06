"""Settings: the routes e-invoices leave by. Every change wants a fresh second factor."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions.routes import add_route, archive_route, change_route
from billing.forms.routes import RouteForm
from billing.models import Route
from billing.states import RouteKind
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office, step_up


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    rows = list(Route.objects.for_company(request.company).order_by("name", "id"))
    context = {
        "routes": [row for row in rows if row.archived_at is None],
        "archived": [row for row in rows if row.archived_at is not None],
        "tabs": tabs(request),
    }
    return render(request, "billing/settings/routes.html", context)


@office("settings.edit")
@step_up
def new(request: OfficeRequest) -> HttpResponse:
    """``?by=email`` for an e-mail address, else an SFTP server."""
    kind = RouteKind.EMAIL if request.GET.get("by") == RouteKind.EMAIL else RouteKind.SFTP
    form = RouteForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            add_route(
                company_id=request.company.pk, kind=kind, actor=request.actor, at=clock.now(), **form.cleaned_data
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The route is added."))
            return _back(request)
    return _form(request, form, kind=kind)


@office("settings.edit")
@step_up
def edit(request: OfficeRequest, route: uuid.UUID) -> HttpResponse:
    found = _one(request, route)
    form = RouteForm(request.POST or None, kind=found.kind, initial=RouteForm.stored(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_route(
                company_id=request.company.pk, route_uuid=found.uuid, actor=request.actor, at=clock.now(), **form.cleaned_data
            )  # fmt: skip
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The route is saved."))
            return _back(request)
    return _form(request, form, kind=found.kind, route=found)


@office("settings.edit", methods=("POST",))
@step_up
def archive(request: OfficeRequest, route: uuid.UUID) -> HttpResponse:
    found = _one(request, route)
    archive_route(company_id=request.company.pk, route_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("%(name)s is archived.") % {"name": found.name})
    return _back(request)


def _one(request: OfficeRequest, key: uuid.UUID) -> Route:
    rows = Route.objects.for_company(request.company).filter(archived_at=None)
    found: Route | None = rows.filter(uuid=key).first()
    if found is None:
        raise Http404
    return found


def _form(request: OfficeRequest, form: RouteForm, *, kind: str, route: Route | None = None) -> HttpResponse:
    context = {"form": form, "route": route, "kind": kind, "tabs": tabs(request)}
    return render(request, "billing/settings/route.html", context, status=422 if form.errors else 200)


def _back(request: OfficeRequest) -> HttpResponse:
    return redirect("billing:routes", company=request.company.slug)
