"""The layouts of a company as the settings list them."""

from billing.models import Layout
from invoicing_site.models import Company


def newest(company: Company) -> list[Layout]:
    """Of each name the version in use and the newest one, by name. One query."""
    found: dict[str, Layout] = {}
    for row in Layout.objects.for_company(company).order_by("name", "-version"):
        if row.name not in found or row.is_active:
            found.setdefault(row.name if row.name not in found else f"{row.name}\0in use", row)
    return sorted(found.values(), key=lambda row: (row.name, -row.version))


def versions(layout: Layout) -> list[Layout]:
    """All versions under its name, the newest first. One query."""
    rows = Layout.objects.for_company(layout.company).filter(name=layout.name)
    return list(rows.select_related("created_by").order_by("-version"))
