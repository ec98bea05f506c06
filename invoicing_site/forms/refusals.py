"""What a verb refused, at the field it names."""

from django import forms

from invoicing_site.errors import BusinessError
from invoicing_site.forms.rows import Rows
from invoicing_site.messages import sentence


def add_business_error(form: forms.BaseForm, error: BusinessError, **parts: forms.BaseForm | Rows) -> None:
    """Put the sentence of `error` where its field path points.

    ``number`` is a field of `form`; ``billing.city`` the field of the form given as `billing`; ``contacts.1.email``
    that of the second counting row of the `Rows` given as `contacts`. What no field answers to stands at the top.
    """
    head, _dot, rest = (error.field or "").partition(".")
    part = parts.get(head)
    target, name = form, error.field or ""
    if isinstance(part, Rows):
        index, _dot, name = rest.partition(".")
        counting = part.rows()
        if index.isdigit() and int(index) < len(counting):
            target = counting[int(index)]
    elif part is not None:
        target, name = part, rest
    target.add_error(name if name in target.fields else None, sentence(error))
