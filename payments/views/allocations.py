"""Applying the rest of a payment to documents, and taking an allocation back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.web import OfficeRequest, office
from payments.actions.allocate import allocate, undo_allocation
from payments.forms.fields import MoneyForm, ReasonForm
from payments.forms.shares import laid_out
from payments.models import Allocation
from payments.reports.held import held
from payments.reports.open_items import open_documents
from payments.states import PaymentState
from payments.views.money import attempt, sent_before
from payments.views.payment import address, answer, one
from payments.views.shares import Desk, shares_context


@office("payments.record")
def apply(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    """The payment's unapplied rest over the client's open documents, proposed oldest first."""
    found = one(request, payment)
    if earlier := sent_before(request):
        return earlier
    found.free = found.unapplied - held(found)
    if found.state != PaymentState.RECEIVED or not found.free:
        messages.warning(request, _("Nothing of this payment is left to apply."))
        return HttpResponseRedirect(address(request, found))
    if request.method == "GET":
        rows = open_documents(request.company, found.client_id)
        sheet = laid_out(rows, found.currency, found.free)
        context = shares_context(request, found.client, sheet, sheet.standing(found.free))
        return _page(request, found, MoneyForm(), context)
    desk = Desk(request, found.client, found.currency, found.free)
    form = MoneyForm(request.POST)
    if desk.aside:
        if getattr(request, "htmx", False):
            return desk.fragment()
        desk.lay_out()
        return _page(request, found, form, desk.context())
    if not form.is_valid() or not desk.sheet.is_valid():
        return _page(request, found, form, desk.context(), status=422)
    if not desk.sheet.shares():
        form.add_error(None, _("Enter how much goes to at least one document."))
        return _page(request, found, form, desk.context(), status=422)
    return _apply(request, found, form, desk)


def _apply(request: OfficeRequest, found: Any, form: MoneyForm, desk: Desk) -> HttpResponse:
    shares, at = desk.sheet.shares(), clock.now()

    def work() -> str:
        allocate(company=request.company, payment_uuid=found.uuid, shares=shares, actor=request.actor, at=at)
        return address(request, found)

    done = attempt(request, form, work, _("The money is applied."), at=at, refuse=desk.sheet.refuse)
    return done or _page(request, found, form, desk.context(), status=422)


def _page(
    request: OfficeRequest, found: Any, form: MoneyForm, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, "payments/apply.html", {"payment": found, "form": form, **context}, status=status)


@office("payments.view", methods=("GET",))
def allocation(request: OfficeRequest, allocation: uuid.UUID) -> HttpResponse:
    """An allocation has no page of its own: it stands on its payment's."""
    row = _one(request, allocation)
    return HttpResponseRedirect(f"{address(request, row.payment)}#a{row.reverses_id or row.pk}")


@office("payments.undo", methods=("POST",))
def undo(request: OfficeRequest, allocation: uuid.UUID) -> HttpResponse:
    row, at = _one(request, allocation), clock.now()
    form = ReasonForm(request.POST, ident=f"undo_{row.pk}")

    def work() -> str:
        undo_allocation(
            company=request.company,
            allocation_uuid=row.uuid,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        return address(request, row.payment)

    found = one(request, row.payment.uuid)
    done = _("The money is taken back; it is unapplied now.")
    return answer(request, found, form, work, done, at, undoing=(row.uuid, form))


def _one(request: OfficeRequest, key: uuid.UUID) -> Any:
    row = Allocation.objects.for_company(request.company).filter(uuid=key).select_related("payment").first()
    if row is None:
        raise Http404
    return row
