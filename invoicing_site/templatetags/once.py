"""`{% load once %}{% form_key %}` in every form that moves money (invoicing_site/once.py)."""

import uuid

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from invoicing_site.once import FIELD

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Context) -> SafeString:
    """A hidden input with a new key; a form shown again after an error keeps the one it was sent with."""
    request = context["request"]
    key = request.POST.get(FIELD) or uuid.uuid4().hex
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key)
