"""What a mail would look like: a page of its own for a sandboxed frame, never part of another page."""

from csp.constants import NONE
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

# Stricter than the site: nothing in a mail runs, sends or is loaded from anywhere.
POLICY = {"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]}


def preview_page(request: HttpRequest, message: EmailMultiAlternatives, *, files: tuple[str, ...] = ()) -> HttpResponse:
    """`message` as it would go out: head, HTML part, text part. `files` are names of attachments."""
    _head, _body, inside = str(message.alternatives[0][0]).partition("<body>")
    # Made by mail_words.py, which escapes whatever people wrote; the policy above would stop it, too.
    html = mark_safe(inside.partition("</body>")[0])  # noqa: S308
    context = {"message": message, "html": html, "files": files, "language": message.extra_headers["Content-Language"]}
    answer = render(request, "office/mail/preview.html", context)
    answer._csp_replace = POLICY  # type: ignore[attr-defined]
    return answer
