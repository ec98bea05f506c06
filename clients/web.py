"""The doors of the portal: pages at /<company>/portal/… for customers, and those that stand before the sign-in (SPEC U2)."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, overload
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from clients.models import PortalAccount
from invoicing_site import clock
from invoicing_site.models import Company
from invoicing_site.web import BOTH, View, guarded_by, send_to

KEY = "portal"  # in the session: {company's pk: [account's pk, epoch, last seen]}
IDLE = dt.timedelta(hours=12)
NOTE_EVERY = dt.timedelta(minutes=5)
# Nothing in it climbs: no dots, no escapes, no backslashes before the query.
PLAIN = re.compile(r"/[a-z0-9/-]*(\?[\w.=&%+-]*)?", re.ASCII)


class PortalRequest(HttpRequest):
    """What the guards hand to a view; behind `portal_door` the account is None unless somebody is signed in."""

    company: Company
    portal: PortalAccount


@overload
def portal(view: View) -> View: ...
@overload
def portal(view: None = None, *, methods: Sequence[str] = BOTH) -> Callable[[View], View]: ...
def portal(view: View | None = None, *, methods: Sequence[str] = BOTH) -> View | Callable[[View], View]:
    """A page for somebody signed in to the portal of the company in the URL; an office session does not count.

    Others are sent to the sign-in and back. Sets `request.portal`, `.company`, the account's language and the company's
    time zone; the view gets every URL argument but `company`. Account and epoch are read on each request, so an end of
    access takes effect at the next one. Which clients' rows the account may see is the query's to ask.
    """

    def decorate(view: View) -> View:
        def run(request: HttpRequest, *args: Any, company: str, **kwargs: Any) -> HttpResponseBase:
            account = _signed_in(request, company)
            if account is None:
                _company(company)
                return send_to(request, sign_in_url(request, company))
            _enter(request, account.company, account)
            with timezone.override(account.company.time_zone):
                return _found(request, view, *args, **kwargs)

        return guarded_by(view, run, KEY, None, methods)

    return decorate if view is None else decorate(view)


@overload
def portal_door(view: View) -> View: ...
@overload
def portal_door(view: None = None, *, methods: Sequence[str] = BOTH) -> Callable[[View], View]: ...
def portal_door(view: View | None = None, *, methods: Sequence[str] = BOTH) -> View | Callable[[View], View]:
    """A page of a company's portal for anybody: sign-in, code, language. What it shows must be safe to print on a wall."""

    def decorate(view: View) -> View:
        def run(request: HttpRequest, *args: Any, company: str, **kwargs: Any) -> HttpResponseBase:
            account = _signed_in(request, company)
            _enter(request, account.company if account else _company(company), account)
            return _found(request, view, *args, **kwargs)

        return guarded_by(view, run, KEY, "door", methods)

    return decorate if view is None else decorate(view)


def let_in(request: HttpRequest, account: PortalAccount) -> None:
    """Bind this session to the account as it is now, under a new session key: one planted before is worth nothing."""
    request.session.cycle_key()
    _write(request, str(account.company_id), [account.pk, account.epoch, int(clock.now().timestamp())])


def let_out(request: HttpRequest, company: Company) -> None:
    """Forget the account of this company; what else the browser is signed in to stays."""
    _write(request, str(company.pk), None)
    request.session.cycle_key()


def sign_in_url(request: HttpRequest, slug: str) -> str:
    url = reverse("portal:sign_in", args=[slug])
    asked = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return f"{url}?{urlencode({'next': asked})}" if asked else url


def own_path(slug: str, path: str) -> str:
    """`path` if it is a page of this company's portal, else the portal's first page: never another site or part of ours."""
    root = reverse("portal:home", args=[slug])
    plain = PLAIN.fullmatch(path) is not None and path.startswith(root)
    return path if plain and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else root


def _signed_in(request: HttpRequest, slug: str) -> PortalAccount | None:
    held: dict[str, Any] = request.session.get(KEY) or {}
    ids = [entry[0] for entry in held.values()]
    if not ids:
        return None
    rows = PortalAccount.objects.filter(pk__in=ids, company__slug=slug, ended_at=None).select_related("company")
    account: PortalAccount | None = rows.first()
    if account is None:
        return None
    _pk, epoch, seen = held.get(str(account.company_id), (0, 0, 0))
    now = clock.now()
    if _pk != account.pk or epoch != account.epoch or now.timestamp() - seen > IDLE.total_seconds():
        return None
    if now.timestamp() - seen > NOTE_EVERY.total_seconds():
        _write(request, str(account.company_id), [account.pk, account.epoch, int(now.timestamp())])
    return account


def _write(request: HttpRequest, company: str, entry: list[int] | None) -> None:
    held = {key: value for key, value in (request.session.get(KEY) or {}).items() if key != company}
    if entry is not None:
        held[company] = entry
    request.session[KEY] = held


def _company(slug: str) -> Company:
    company: Company | None = Company.objects.filter(slug=slug).first()
    if company is None:
        raise Http404
    return company


def _enter(request: HttpRequest, company: Company, account: PortalAccount | None) -> None:
    request.company, request.portal = company, account  # type: ignore[attr-defined]
    if account is not None:
        translation.activate(account.language)


def _found(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except Http404:
        answer: HttpResponse = render(request, "portal/missing.html", status=404)
        return answer
