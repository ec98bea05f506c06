"""What every page's frame shows: the company, the navigation its role allows, the person's other companies."""

import functools
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from invoicing_site.models import Company
from invoicing_site.rules import roles
from invoicing_site.wiring import NAVIGATION


def allowed(role: str) -> dict[str, dict[str, bool]]:
    """`{{ can.documents.issue }}` for templates; the server asks `request.may` again."""
    tree: dict[str, dict[str, bool]] = {}
    for permission in sorted(roles.ALL):
        noun, _, verb = permission.partition(".")
        tree.setdefault(noun, {})[verb] = roles.may(role, permission)
    return tree


def navigation(request: HttpRequest, member: Any) -> list[dict[str, Any]]:
    """Links the role may follow, the longest one that leads to this page marked as current; what waits for the person is counted."""
    company, role = member.company, member.role
    waiting = {"office:approvals": getattr(member, "asked", 0)} if roles.may(role, "approvals.decide") else {}
    items: list[dict[str, Any]] = [
        {
            "label": gettext(label),
            "icon": icon,
            "url": reverse(name, kwargs={"company": company.slug}),
            "badge": waiting.get(name, 0),
        }
        for label, name, icon, permission in NAVIGATION
        if roles.may(role, permission)
    ]
    here = max((item["url"] for item in items if request.path.startswith(item["url"])), key=len, default="")
    return [{**item, "current": item["url"] == here} for item in items]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `company`, `member`, `can`, `nav`, `companies`; on pages outside a company only the last."""
    user = getattr(request, "user", None)

    @functools.cache
    def companies() -> list[dict[str, str]]:
        if user is None or not user.is_authenticated:
            return []
        rows = Company.objects.visible_to(user).values_list("name", "slug")
        return [{"name": name, "url": reverse("office:dashboard", kwargs={"company": slug})} for name, slug in rows]

    found: dict[str, Any] = {"companies": companies, "company": None, "member": None, "can": {}, "nav": []}
    member = getattr(request, "member", None)
    if member is not None:
        company = member.company
        found |= {
            "company": company,
            "member": member,
            "can": allowed(member.role),
            "nav": functools.partial(navigation, request, member),
        }
    return found
