"""Settings: what needs a second person, and from which amount."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions.approval_policies import CHOSEN, set_policy
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.forms.approvals import PolicyForm
from invoicing_site.models import ApprovalPolicy
from invoicing_site.states import Gated
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


def thresholds(request: OfficeRequest) -> dict[str, Decimal | None]:
    found = dict(ApprovalPolicy.objects.for_company(request.company).values_list("what", "threshold"))
    return {what: found.get(what) for what in CHOSEN}


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    rows = [(what, Gated(what).label, above) for what, above in thresholds(request).items()]
    return render(request, "site/settings/approvals.html", {"rows": rows, "tabs": tabs(request)})


@office("approvals.edit")
def edit(request: OfficeRequest, what: str) -> HttpResponse:
    """To ask for more is done at once; to ask for less is itself an act for two (actions/approval_policies.py)."""
    if what not in CHOSEN:
        raise Http404
    above = thresholds(request)[what]
    form = PolicyForm(request.POST or None, initial={"needed": above is not None, "above": above}, what=what)
    if request.method == "POST" and form.is_valid():
        try:
            set_policy(
                company_id=request.company.pk,
                what=what,
                threshold=form.threshold(),
                actor=request.actor,
                at=clock.now(),
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("office:approval_policies", company=request.company.slug)
    context = {"form": form, "label": Gated(what).label, "tabs": tabs(request)}
    return render(request, "site/settings/approval_policy.html", context, status=422 if form.errors else 200)
