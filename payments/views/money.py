"""Forms that move money act once, and a repeat is answered before anything is judged anew."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.models import Idempotency
from invoicing_site.once import key_of
from invoicing_site.web import OfficeRequest, once


def sent_before(request: Any, who: str = "") -> HttpResponse | None:
    """The answer to a form that was sent before; None for a new one. `who` is the customer who posts, as `once` names them.

    The second of two clicks meets documents the first has settled: judged again it would be refused, and the person
    told that nothing was recorded.
    """
    if request.method != "POST":
        return None
    key = key_of(request)
    if not key or not Idempotency.objects.for_company(request.company).filter(key=key).exists():
        return None
    return once(request, lambda: "", who=who)


def attempt(
    request: OfficeRequest,
    form: forms.Form,
    work: Callable[[], str],
    done: str,
    *,
    at: dt.datetime,
    reason: str = "",
    refuse: Callable[[BusinessError], bool] = lambda error: False,
) -> HttpResponse | None:
    """Do `work` once and say `done`. None if the verb refuses: its sentence stands where `refuse` put it or in `form`.

    `at` and `reason` are those `work` gives its verb.
    """
    try:
        answer = once(request, work, at=at, reason=reason)
    except BusinessError as error:
        if not refuse(error):
            add_business_error(form, error)
        return None
    if answer.status_code == 302:
        messages.success(request, done)
    return answer
