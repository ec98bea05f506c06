"""The doors of the site: every view carries one of these guards; checks.py refuses a route without (DESIGN §1, §2).

`office` is for pages at /<company>/…, `account` for pages of a signed-in person, `public` for anybody; `step_up` wants
a fresh second factor. Each leaves `view.guard = (kind, permission)`, `view.methods` and `view.steps_up` behind, which
the crawler test reads.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, overload

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from django_htmx.http import HttpResponseClientRedirect

from invoicing_site import factors
from invoicing_site.errors import ApprovalNeeded
from invoicing_site.models import Company, Membership, User
from invoicing_site.models.approval import asked_of
from invoicing_site.once import once
from invoicing_site.rules import roles
from invoicing_site.wiring import ASK

__all__ = ["OfficeRequest", "account", "office", "once", "public", "step_up"]

View = Callable[..., HttpResponseBase]
BOTH = ("GET", "POST")


class OfficeRequest(HttpRequest):
    """What `office` hands to a view: whose books, who asks, and what their role may do."""

    company: Company
    member: Membership
    actor: User
    may: Callable[[str], bool]


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect; for htmx one that leaves the page, else it would be swapped into it."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)


def guarded_by(
    view: View, run: View, kind: str, permission: str | None, methods: Sequence[str], steps_up: bool = False
) -> View:
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in allowed:
            return HttpResponseNotAllowed(allowed)
        return run(request, *args, **kwargs)

    guarded.guard = (kind, permission)  # type: ignore[attr-defined]
    guarded.methods = tuple(methods)  # type: ignore[attr-defined]
    guarded.steps_up = steps_up or getattr(view, "steps_up", False)  # type: ignore[attr-defined]
    return guarded


def step_up(view: View) -> View:
    """Let `view` run only with a second factor used within STEP_UP_SECONDS; else go to the step-up page and back.

    Stands below `office` or `account`. An unproven POST leads back to its form: what was typed is never kept or
    replayed.
    """

    @functools.wraps(view)
    def fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if factors.fresh(request):
            return view(request, *args, **kwargs)
        return send_to(request, factors.step_up_url(request))

    fresh.steps_up = True  # type: ignore[attr-defined]
    return fresh


def office(permission: str, *, methods: Sequence[str] = BOTH) -> Callable[[View], View]:
    """A page of the company named in the URL, for its members whose role has `permission` (SPEC A1, A2, A4).

    Anonymous: sign-in. No verified second factor: set-up or step-up. Not a current member, platform admins included:
    404, as if the company did not exist. Role without `permission`: 403. Permissions in `roles.STEP_UP` want a fresh
    factor too. Sets `request.company`, `.member`, `.actor`, `.may()` and the company's time zone; the view gets every
    URL argument but `company`. Membership and role are read on each request, so a change takes effect at the next one.
    """
    roles.may(roles.OWNER, permission)  # an unknown permission fails at import

    def decorate(view: View) -> View:
        inner = step_up(view) if permission in roles.STEP_UP else view

        def run(request: HttpRequest, *args: Any, company: str, **kwargs: Any) -> HttpResponseBase:
            if detour := factors.detour(request):
                return send_to(request, detour)
            members = Membership.objects.current().filter(user=request.user.pk, company__slug=company)
            member = members.select_related("company").annotate(asked=asked_of(request.user.pk)).first()
            if member is None:
                raise Http404
            enter(request, member)
            if not roles.may(member.role, permission):
                raise PermissionDenied
            with timezone.override(member.company.time_zone):
                try:
                    return inner(request, *args, **kwargs)
                except ApprovalNeeded as error:
                    answer: HttpResponseBase = import_string(ASK)(request, error)
                    return answer

        return guarded_by(view, run, "office", permission, methods, permission in roles.STEP_UP)

    return decorate


def enter(request: HttpRequest, member: Membership) -> None:
    """Put the company and the person into the request, as views and the context processor read them."""
    request.company, request.member = member.company, member  # type: ignore[attr-defined]
    request.actor = request.user  # type: ignore[attr-defined]
    request.may = functools.partial(roles.may, member.role)  # type: ignore[attr-defined]


@overload
def account(view: View) -> View: ...
@overload
def account(view: None = None, *, methods: Sequence[str] = BOTH) -> Callable[[View], View]: ...
def account(view: View | None = None, *, methods: Sequence[str] = BOTH) -> View | Callable[[View], View]:
    """A page of a signed-in person outside any company. Holders of a role need a verified second factor here too."""

    def decorate(view: View) -> View:
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if detour := factors.detour(request, only_roles=True):
                return send_to(request, detour)
            return view(request, *args, **kwargs)

        return guarded_by(view, run, "account", None, methods)

    return decorate if view is None else decorate(view)


@overload
def public(view: View) -> View: ...
@overload
def public(view: None = None, *, methods: Sequence[str] = BOTH) -> Callable[[View], View]: ...
def public(view: View | None = None, *, methods: Sequence[str] = BOTH) -> View | Callable[[View], View]:
    """A page for anybody: what it shows must be safe to print on a wall."""

    def decorate(view: View) -> View:
        return guarded_by(view, view, "public", None, methods)

    return decorate if view is None else decorate(view)
