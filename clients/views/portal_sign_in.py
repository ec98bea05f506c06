"""Into the portal by a mailed code, and out again."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.actions.portal import change_profile, end_portal_sessions
from clients.actions.portal_codes import request_code
from clients.actions.portal_codes import sign_in as sign_in_by_code
from clients.forms.portal import AddressForm, CodeForm
from clients.models import PortalAccount
from clients.web import PortalRequest, let_in, let_out, own_path, portal_door
from invoicing_site import clock, limits
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.models import Company

ASKED = "portal_asked"  # in the session: for which company and address a code was asked, and where to go then
LEAST_SECONDS = 0.4
PER_ADDRESS, PER_IP, WINDOW = 5, 20, 900
TRIES_PER_IP = 60


@portal_door
def sign_in(request: PortalRequest) -> HttpResponse:
    """Ask for the address. Known or not, the answer is the same and takes as long: who is a customer is nobody's business."""
    if request.portal is not None:
        return redirect(own_path(request.company.slug, request.GET.get("next", "")))
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "portal/sign_in.html", form)
    email = form.cleaned_data["email"].strip().lower()
    if not _few_enough(request, request.company, email):
        return render(request, "429.html", status=429)
    began = time.monotonic()
    request_code(company=request.company, email=email, actor=None, at=clock.now())
    wanted = own_path(request.company.slug, request.GET.get("next", ""))
    request.session[ASKED] = {"company": request.company.pk, "email": email, "next": wanted}
    _evenly(began)
    return redirect("portal:code", company=request.company.slug)


@portal_door
def code(request: PortalRequest) -> HttpResponse:
    """Ask for the code. It stands beside the address it was asked for, in this browser's session."""
    asked = request.session.get(ASKED) or {}
    if asked.get("company") != request.company.pk:
        return redirect("portal:sign_in", company=request.company.slug)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not limits.allow("portal-try", limits.address_of(request), most=TRIES_PER_IP, seconds=WINDOW):
            return render(request, "429.html", status=429)
        began = time.monotonic()
        account: PortalAccount | None = sign_in_by_code(
            company=request.company, email=asked["email"], code=form.cleaned_data["code"], actor=None, at=clock.now()
        )
        if account is not None:
            del request.session[ASKED]
            let_in(request, account)
            return redirect(asked["next"])
        _evenly(began)
        add_business_error(form, BusinessError("portal.code", "code"))
    return _page(request, "portal/code.html", form, email=asked["email"])


@portal_door(methods=("POST",))
def sign_out(request: PortalRequest) -> HttpResponse:
    """Out of this company's portal in this browser, or in every one."""
    if request.portal is not None and "everywhere" in request.POST:
        end_portal_sessions(account=request.portal, actor=None, at=clock.now())
    let_out(request, request.company)
    return redirect("portal:sign_in", company=request.company.slug)


@portal_door(methods=("POST",))
def language(request: PortalRequest) -> HttpResponse:
    """The language of the pages: kept with the account, or in a cookie before the sign-in."""
    wanted = request.POST.get("language", "")
    answer = redirect(own_path(request.company.slug, request.POST.get("next", "")))
    if wanted not in dict(settings.LANGUAGES):
        return answer
    if request.portal is not None:
        account = request.portal
        change_profile(account=account, name=account.name, language=wanted, actor=None, at=clock.now())
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, wanted, secure=settings.SECURE, httponly=True, samesite="Lax",
        path=reverse("portal:home", args=[request.company.slug]),
    )  # fmt: skip
    return answer


def _evenly(began: float) -> None:
    """Wait until LEAST_SECONDS after `began`: more than the work takes, so that the clock tells no more than the page."""
    time.sleep(max(0.0, LEAST_SECONDS - (time.monotonic() - began)))


def _few_enough(request: HttpRequest, company: Company, email: str) -> bool:
    """The count of both goes up whatever the other says."""
    address = limits.allow("portal-code", f"{company.pk}:{email}", most=PER_ADDRESS, seconds=WINDOW)
    return limits.allow("portal-ip", limits.address_of(request), most=PER_IP, seconds=WINDOW) and address


def _page(request: HttpRequest, template: str, form: AddressForm | CodeForm, **context: object) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
