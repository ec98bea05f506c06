"""Error pages that Django does not find by template name alone (400, 403, 404, 429 and 500 it does)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token did not match the session, mostly because the page was open since an earlier sign-in."""
    return render(request, "403_csrf.html", status=403)
