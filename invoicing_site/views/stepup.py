"""One page for every fresh proof of a second factor: a code of the app, a recovery code or a passkey (SPEC A4)."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from invoicing_site import demo, factors
from invoicing_site.forms_factors import CodeForm, StepUpPasskeyForm
from invoicing_site.web import public


@public
def step_up(request: HttpRequest) -> HttpResponse:
    """Ask for a factor and return to `next`. The page itself is reached half signed in, so it guards itself.

    Without a factor enrolled the password is all there is: allauth's page asks for it, and it opens only the enrolment.
    """
    target = get_next_redirect_url(request) or "/"
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
    if not factors.enrolled(request.user):
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': target})}")
    if request.method == "POST":
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
        if limited:
            return limited
        form = _posted(request)
        if form.is_valid():
            form.save()
            return HttpResponseRedirect(target)
        code_form = form if isinstance(form, CodeForm) else CodeForm(user=request.user)
        return _page(request, target, code_form, status=422, passkey_failed=form is not code_form)
    return _page(request, target, CodeForm(user=request.user))


def _posted(request: HttpRequest) -> Any:
    kind = StepUpPasskeyForm if "credential" in request.POST else CodeForm
    return kind(user=request.user, data=request.POST)


def _page(
    request: HttpRequest, target: str, code_form: CodeForm, *, status: int = 200, passkey_failed: bool = False
) -> HttpResponse:
    types = set(Authenticator.objects.filter(user=request.user.pk).values_list("type", flat=True))
    context: dict[str, Any] = {"form": code_form, "next": target, "passkey_failed": passkey_failed}
    if Authenticator.Type.WEBAUTHN in types:
        context["js_data"] = {"request_options": begin_authentication(request.user)}
        context["webauthn_form"] = StepUpPasskeyForm(user=request.user)
    context["codes"] = bool(types & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES})
    if settings.DEMO:
        context["demo_code"] = demo.code_of(request.user.pk)
    return render(request, "people/step_up.html", context, status=status)
