"""The door of pages at /l/<token>/: a link that opens one thing for one purpose, without a sign-in (SPEC U2, FAULTS 46)."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation

from invoicing_site import clock, limits, links
from invoicing_site.links import TOKEN
from invoicing_site.models import Company, Link
from invoicing_site.models.link import LinkPurpose
from invoicing_site.web import BOTH, View, guarded_by

BAD_TOKENS, BAD_SECONDS = 30, 600
QUIET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


class LinkRequest(HttpRequest):
    """What `linked` hands to a view: the link, and whose it is. `token` is for URLs of pages behind the same link."""

    company: Company
    link: Link
    token: str


def linked(*purposes: str, methods: Sequence[str] = BOTH) -> Callable[[View], View]:
    """A page behind a link made for one of `purposes`; who may pay may also look.

    Unknown, expired, revoked or made for something else: one and the same page, 404; too many of these from one
    address: 429. Sets `request.link`, `.company`, `.token` and the company's time zone; the view gets every URL
    argument but `token`. Answers are kept out of caches, search engines and, as far as a form allows, the Referer.
    """
    wanted = {LinkPurpose(purpose).value for purpose in purposes}
    if LinkPurpose.VIEW in wanted:
        wanted.add(LinkPurpose.PAY.value)

    def decorate(view: View) -> View:
        def run(request: HttpRequest, *args: Any, token: str, **kwargs: Any) -> HttpResponseBase:
            link = read(token, wanted)
            if link is None:
                return _closed(request)
            request.link, request.company, request.token = link, link.company, token  # type: ignore[attr-defined]
            try:
                with timezone.override(link.company.time_zone):
                    response = view(request, *args, **kwargs)
            except Http404:
                return _closed(request)
            return quiet(request, response)

        return guarded_by(view, run, "link", ",".join(sorted(wanted)), methods)

    return decorate


def read(token: str, purposes: set[str]) -> Link | None:
    """The open link a token names, with its company; None for whatever is wrong with it. One query."""
    row: uuid.UUID | None = links.read(TOKEN, token)
    if row is None:
        return None
    found: Link | None = Link.objects.select_related("company").filter(uuid=row).first()
    if found is None or found.purpose not in purposes:
        return None
    if found.revoked_at is not None or found.expires_at <= clock.now():
        return None
    return found


def speak(request: HttpRequest, language: str) -> None:
    """Answer in `language` unless the reader chose another one by ``?language=``."""
    asked = request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    translation.activate(asked if asked in known else language if language in known else settings.LANGUAGE_CODE)


def quiet(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Headers that keep the address of the page to those who have it.

    A page with a form says "same-origin", which tells other sites nothing either: under "no-referrer" browsers post with
    `Origin: null`, and the form would be refused as forged.
    """
    for name, value in QUIET.items():
        response.headers[name] = value
    form = request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    response.headers["Referrer-Policy"] = "same-origin" if form else "no-referrer"
    return response


def _closed(request: HttpRequest) -> HttpResponseBase:
    few = limits.allow("link", limits.address_of(request), most=BAD_TOKENS, seconds=BAD_SECONDS)
    template = "portal/link_closed.html" if few else "429.html"
    answer: HttpResponse = render(request, template, status=404 if few else 429)
    return quiet(request, answer)
