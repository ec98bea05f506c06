"""The list of payments."""

from django.http import HttpResponse
from django.shortcuts import render

from invoicing_site.paging import keyset
from invoicing_site.web import OfficeRequest, office
from payments.forms.record import FilterForm
from payments.models import Payment
from payments.reports.payments import filtered, standing, totals, with_refunds


@office("payments.view", methods=("GET",))
def payments(request: OfficeRequest) -> HttpResponse:
    """Newest first, with the sums of everything the filters leave; a filter that cannot be read leaves nothing."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else None
    rows = Payment.objects.none() if wanted is None else filtered(request.company, wanted)
    page = keyset(with_refunds(rows).select_related("client"), request.GET, "-received_on", "-id")
    for row in page:
        row.standing, row.tone = standing(row)
    narrowed = wanted is None or any(wanted.values())
    context = {"form": form, "page": page, "totals": totals(rows), "narrowed": narrowed}
    return render(request, "payments/payments.html", context)
