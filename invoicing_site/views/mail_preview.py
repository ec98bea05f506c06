"""What a mail would look like: a page of its own for a sandboxed frame, never part of another page."""

from csp.constants import NONE
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Stricter than the site: nothing in a mail runs, sends or is loaded from anywhere.
POLICY = {"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]}


def preview_page(request: HttpRequest, message: EmailMultiAlternatives, *, files: tuple[str, ...] = ()) -> HttpResponse:
    """`message` as it would go out: head, HTML part in a frame without rights, text part. `files` are names of attachments."""
    context = {"message": message, "html": str(message.alternatives[0][0]), "files": files}
    answer = render(request, "office/mail/preview.html", context)
    answer._csp_replace = POLICY  # type: ignore[attr-defined]
    return answer
