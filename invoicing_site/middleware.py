"""What surrounds every request: its id, the person's language, the second factor as a net, refusals as pages."""

from collections.abc import Callable
from typing import Any

import structlog
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from invoicing_site import context, factors
from invoicing_site.accounts import note_session
from invoicing_site.checks import foreign
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.web import send_to

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
# allauth's pages lie here; with a factor enrolled but unproven only the doors out of that state stay open.
ACCOUNTS = "/accounts/"
UNPROVEN_MAY = {"account_logout"}


class SiteMiddleware:
    """Last in MIDDLEWARE, so that its `process_exception` is asked first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        bound = structlog.contextvars.get_contextvars().get("request_id", "")
        token = context.request_id.set(str(bound)[:64])
        try:
            if too_large(request):
                raise RequestDataTooBig
            if request.user.is_authenticated:
                note_session(request)
                if request.user.language in LANGUAGES:
                    translation.activate(request.user.language)
            response = self.get_response(request)
        finally:
            context.request_id.reset(token)
        # Static files never come this far; all else is about somebody and stays out of caches and the back button.
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(request, "htmx", False):
            patch_vary_headers(response, ["HX-Request"])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The net under the guards: pages of allauth and the admin let no unproven session of a role holder in."""
        if hasattr(view, "guard"):
            return None
        match = request.resolver_match
        if match is None or not foreign(view, match.namespaces):
            raise ImproperlyConfigured(f"{request.path}: a view without a guard answers nobody (checks.py).")
        if not request.user.is_authenticated or factors.verified(request):
            return None
        name = match.view_name
        if name in UNPROVEN_MAY:
            return None
        if factors.enrolled(request.user):
            return send_to(request, factors.step_up_url(request))
        if request.path.startswith(ACCOUNTS) or not factors.holds_role(request.user):
            return None
        return send_to(request, factors.detour(request) or "/")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, BusinessError):
            return refusal(request, exception)
        if isinstance(exception, ReauthenticationRequired):
            # allauth would keep the whole POST in the session, in clear, and replay it past the guards.
            return send_to(request, factors.step_up_url(request))
        return None


def too_large(request: HttpRequest) -> bool:
    """Whether the body is larger than any of our forms. Files come from people who are signed in to the office alone."""
    length = request.META.get("CONTENT_LENGTH") or ""
    size = int(length[:20]) if length.isdecimal() else 0  # what is no number is read as none by Django too
    if size <= settings.LARGEST_PARTS_OF_STRANGERS:
        return False
    parts = request.content_type == "multipart/form-data" and not request.user.is_authenticated
    return parts or size > settings.LARGEST_REQUEST


def refusal(request: HttpRequest, error: BusinessError) -> HttpResponse:
    """The sentence of a refused verb: a notice for htmx, else a page. Nothing was written."""
    text = sentence(error)
    if getattr(request, "htmx", False):
        return render(request, "components/notice.html", {"tone": "bad", "text": text}, status=422)
    return render(request, "site/refused.html", {"text": text, "back": factors.back_to(request)}, status=422)
