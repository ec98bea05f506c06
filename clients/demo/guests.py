"""How a visitor of the demo gets into the portal in a customer's place."""

from django.urls import reverse

from clients.models import PortalAccount


def listing() -> list[dict[str, str]]:
    """Every customer's door for the demo's first page: name, whose customer, address, where to sign in."""
    rows = PortalAccount.objects.filter(ended_at=None).select_related("company").order_by("company__name", "id")
    return [
        {
            "name": account.name or account.email,
            "company": account.company.name,
            "email": account.email,
            "url": reverse("portal:sign_in", args=[account.company.slug]),
        }
        for account in rows[:10]
    ]
