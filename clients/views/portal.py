"""The portal's first page and the reader's own details."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from clients.actions.portal import change_profile
from clients.forms.portal import ProfileForm
from clients.web import PortalRequest, portal
from invoicing_site import clock
from invoicing_site.forms_people import attempt
from invoicing_site.wiring import PORTAL_HOME


@portal(methods=("GET",))
def home(request: PortalRequest) -> HttpResponse:
    """What is open, then what came last; both from the floors above (wiring.PORTAL_HOME)."""
    answers = [import_string(path)(request) for path in PORTAL_HOME]
    panels = [render_to_string(answer[0], answer[1], request) for answer in answers if answer]
    return render(request, "portal/home.html", {"panels": panels})


@portal
def profile(request: PortalRequest) -> HttpResponse:
    """Name and language; the address is what the account is known by and changes only by a new invitation."""
    account = request.portal
    form = ProfileForm(request.POST or None, initial={"name": account.name, "language": account.language})
    if request.method == "POST":
        done = attempt(form, lambda: change_profile(account=account, **form.cleaned_data, actor=None, at=clock.now()))
        if done:
            with translation.override(done.language):
                messages.success(request, _("Saved."))
            return redirect("portal:profile", company=request.company.slug)
    return render(request, "portal/profile.html", {"form": form}, status=422 if form.errors else 200)
