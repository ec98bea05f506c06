"""Pages of products: the list, the form, archive and restore."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions.products import archive_product, change_product, create_product, restore_product
from billing.forms.products import ProductEditor, ProductFilter, units
from billing.models import Price, Product
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import ReasonForm
from invoicing_site.paging import keyset
from invoicing_site.reports.timeline import timeline
from invoicing_site.web import OfficeRequest, office


def one(request: OfficeRequest, product: uuid.UUID) -> Product:
    rows = Product.objects.for_company(request.company).select_related("tax_code", "account")
    found: Product | None = rows.filter(uuid=product).first()
    if found is None:
        raise Http404
    return found


@office("products.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Active products by SKU with their prices for everybody, or what the filter in the URL says."""
    form = ProductFilter(request.GET)
    rows = Product.objects.for_company(request.company)
    wanted = form.cleaned_data if form.is_valid() else {}
    if text := wanted.get("q"):
        rows = rows.filter(Q(sku__icontains=text) | Q(name__icontains=text))
    if wanted.get("state") != "all":
        rows = rows.filter(archived_at__isnull=wanted.get("state") != "archived")
    prices = Price.objects.filter(client=None).order_by("currency")
    rows = rows.select_related("tax_code").prefetch_related(Prefetch("prices", prices, to_attr="public_prices"))
    page = keyset(rows, request.GET.dict(), "sku", "id")
    names = dict(units())
    for product in page:
        product.unit_name = "" if product.unit == "C62" else names.get(product.unit, product.unit)
    filtered = bool(wanted.get("q") or wanted.get("state") or not wanted)
    return render(request, "billing/products/index.html", {"page": page, "filter": form, "filtered": filtered})


@office("products.edit")
def new(request: OfficeRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, ProductEditor(request.company))
    editor = ProductEditor(request.company, request.POST)
    if "add" in request.POST:
        return _form(request, editor.grown(request.POST))
    if editor.is_valid():
        try:
            made = create_product(
                company_id=request.company.pk, details=editor.details(), actor=request.actor, at=clock.now()
            )
        except BusinessError as error:
            editor.refuse(error)
        else:
            messages.success(request, _("%(name)s is on the list.") % {"name": made.name})
            return _to_list(request)
    return _form(request, editor, status=422)


@office("products.edit")
def edit(request: OfficeRequest, product: uuid.UUID) -> HttpResponse:
    found = one(request, product)
    if request.method != "POST":
        return _form(request, ProductEditor(request.company, product=found))
    editor = ProductEditor(request.company, request.POST, found)
    if "add" in request.POST:
        return _form(request, editor.grown(request.POST))
    if editor.is_valid():
        try:
            change_product(
                company_id=request.company.pk,
                product_uuid=found.uuid,
                details=editor.details(),
                actor=request.actor,
                at=clock.now(),
            )
        except BusinessError as error:
            editor.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return _to_list(request)
    return _form(request, editor, status=422)


@office("products.edit", methods=("POST",))
def archive(request: OfficeRequest, product: uuid.UUID) -> HttpResponse:
    found = one(request, product)
    form = ReasonForm(request.POST, auto_id="archive_%s")
    if not form.is_valid():
        return _form(request, ProductEditor(request.company, product=found), status=422, reason=form)
    archive_product(
        company_id=request.company.pk,
        product_uuid=found.uuid,
        actor=request.actor,
        at=clock.now(),
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("%(name)s is archived.") % {"name": found.name})
    return _to_list(request)


@office("products.edit", methods=("POST",))
def restore(request: OfficeRequest, product: uuid.UUID) -> HttpResponse:
    found = one(request, product)
    restore_product(company_id=request.company.pk, product_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("%(name)s is active again.") % {"name": found.name})
    return redirect("billing:product_edit", company=request.company.slug, product=found.uuid)


def _form(request: OfficeRequest, editor: ProductEditor, *, status: int = 200, **context: Any) -> HttpResponse:
    product = editor.product
    if product is not None:
        histories = [Product.history.filter(id=product.pk), Price.history.filter(product_id=product.pk)]
        context["entries"] = timeline(product.uuid, histories)
    context = {"reason": ReasonForm(auto_id="archive_%s"), **context, "editor": editor, "product": product}
    return render(request, "billing/products/edit.html", context, status=status)


def _to_list(request: OfficeRequest) -> HttpResponse:
    return redirect("billing:products", company=request.company.slug)
