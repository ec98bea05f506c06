"""The demo's letter box: what the product mailed, exactly as the mail server got it. Nowhere but in the demo."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from invoicing_site import caught
from invoicing_site.caught import Caught
from invoicing_site.web import public

PAGE = 50
# A mail's own page may show its styles and pictures it carries, and lead away in a new window; nothing else.
SEALED = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; base-uri 'none'"
)


def _open(number: int) -> Caught:
    """Raises Http404 outside the demo and where there is no such message."""
    found = caught.read(number) if settings.DEMO else None
    if found is None:
        raise Http404
    return found


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@public(methods=("GET",))
def mails(request: HttpRequest) -> HttpResponse:
    """The newest mails first; ?before=<number> shows older ones."""
    if not settings.DEMO:
        raise Http404
    before = request.GET.get("before", "")
    known = [each for each in caught.numbers() if not (before.isdecimal() and each >= int(before))]
    page = [found for each in known[:PAGE] if (found := caught.read(each))]
    older = page[-1].number if page and len(known) > PAGE else None
    context = {"mails": page, "older": older, "sandbox": settings.STRIPE_API_BASE}
    return render(request, "demo/mails.html", context)


@public(methods=("GET",))
def mail(request: HttpRequest, caught: int) -> HttpResponse:
    found = _open(caught)
    return render(request, "demo/mail.html", {"mail": found, "text": found.part("plain"), "html": found.part("html")})


@public(methods=("GET",))
def body(request: HttpRequest, caught: int) -> HttpResponse:
    """The HTML part on a page of its own, for the sandboxed frame. Links open in a new window; nothing else is changed."""
    html = _open(caught).part("html")
    if html is None:
        raise Http404
    response = HttpResponse(f'<base target="_blank">{html}')
    response["Content-Security-Policy"] = SEALED
    response["Referrer-Policy"] = "no-referrer"
    return response


@public(methods=("GET",))
def source(request: HttpRequest, caught: int) -> HttpResponse:
    return _download(_open(caught).content, "message/rfc822", f"{caught}.eml")


@public(methods=("GET",))
def attachment(request: HttpRequest, caught: int, place: int) -> HttpResponse:
    found = _open(caught).attachments
    if place >= len(found):
        raise Http404
    return _download(found[place].content, found[place].media_type, found[place].name)
