"""How the timeline names an event: sentence, icon, tone. Every event type of the house stands here."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

Title = tuple[str | Promise, str, str]

TITLES: dict[str, Title] = {
    "company.created": (_("Company founded"), "building-office", "info"),
    "company.changed": (_("Details changed"), "pencil-square", "neutral"),
    "company.logo_changed": (_("Logo changed"), "photo", "neutral"),
    "bank_account.added": (_("Bank account added"), "building-library", "info"),
    "bank_account.changed": (_("Bank account changed"), "building-library", "warn"),
    "bank_account.archived": (_("Bank account archived"), "archive-box", "neutral"),
    "period.closed": (_("Books closed"), "lock-closed", "info"),
    "client.created": (_("Client created"), "plus", "info"),
    "client.changed": (_("Details changed"), "pencil-square", "neutral"),
    "client.archived": (_("Client archived"), "archive-box", "neutral"),
    "client.restored": (_("Client restored"), "arrow-uturn-left", "neutral"),
    "product.created": (_("Product created"), "plus", "info"),
    "product.changed": (_("Product changed"), "pencil-square", "neutral"),
    "product.archived": (_("Product archived"), "archive-box", "neutral"),
    "product.restored": (_("Product restored"), "arrow-uturn-left", "neutral"),
}


def title(type: str) -> Title:
    """Sentence, icon and tone of an event type; an unknown one reads as its own name."""
    return TITLES.get(type, (capfirst(type.replace(".", " ").replace("_", " ")), "clock", "neutral"))
