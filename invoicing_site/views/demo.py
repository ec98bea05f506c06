"""The demo's front door: its people, one click each, through the real sign-in."""

import uuid

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string

from invoicing_site import demo
from invoicing_site.forms_factors import SignInCodeForm
from invoicing_site.web import public
from invoicing_site.wiring import DEMO_GUESTS


@public(methods=("GET",))
def people(request: HttpRequest) -> HttpResponse:
    """The seeded people with their roles and current codes; 404 outside the demo."""
    if not settings.DEMO:
        raise Http404
    context = {"people": demo.listing(), "password": demo.PASSWORD, "next": get_next_redirect_url(request) or ""}
    context |= {"guests": import_string(DEMO_GUESTS)(), "sandbox": settings.STRIPE_API_BASE}
    return render(request, "demo/people.html", context)


@public(methods=("POST",))
def sign_in(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Sign in as a seeded person; 404 for anybody else and outside the demo."""
    if settings.DEMO:
        for user, factor in demo.seeded():
            if user.uuid == person:
                if request.user.is_authenticated:
                    get_adapter(request).logout(request)
                return walk(request, factor)
    raise Http404


def walk(request: HttpRequest, factor: Authenticator) -> HttpResponse:
    """What a person does on two pages, with allauth's own forms: password, then the code; no check is left out."""
    form = LoginForm(data={"login": factor.user.email, "password": demo.PASSWORD}, request=request)
    if not form.is_valid():
        return redirect("account_login")
    response: HttpResponse = form.login(request, redirect_url=get_next_redirect_url(request))
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return response
    code = SignInCodeForm(user=stage.login.user, data={"code": demo.current_code(factor)})
    if not code.is_valid():
        return response  # the page for the code, where the person types one
    code.save()
    response = stage.exit()
    return response
