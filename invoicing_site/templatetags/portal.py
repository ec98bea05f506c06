"""What the portal's frame asks of the wiring."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from invoicing_site.wiring import PORTAL_NAVIGATION

register = template.Library()


@register.simple_tag(takes_context=True)
def portal_navigation(context: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, URL) of the portal's pages between the overview and the customer's own details."""
    slug = context["request"].company.slug
    return [(gettext(label), reverse(url, args=[slug])) for label, url in PORTAL_NAVIGATION]
