"""How the floors hear of each other, on one screen. Only strings: the ground floor imports no app above it."""

from typing import NamedTuple


class Reaction(NamedTuple):
    """`task` is the dotted path of a function taking an Event; `queue` the Celery queue it runs on."""

    task: str
    queue: str


# event type → who must hear it (at least once; each reaction dedupes by its own constraint)
REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "document.issued": (Reaction("billing.tasks.render", "render"),),
}

# dashboard panels, in order: function(request) → (template, context), or None when the role may not see it
PANELS: tuple[str, ...] = (
    "billing.reports.dashboard.figures",
    "billing.reports.dashboard.latest",
)

# what prove_books checks: function(company, as_of) → iterable of Difference
PROOFS: tuple[str, ...] = (
    "billing.reports.proof.documents",
    "billing.reports.proof.ledger",
    "billing.reports.proof.numbering",
    "billing.reports.proof.renditions",
    "payments.reports.proof.payments",
)

# navigation of the office: (label, url name, icon, permission)
NAVIGATION: tuple[tuple[str, str, str, str], ...] = (
    ("Dashboard", "office:dashboard", "home", "dashboard.view"),
    ("Documents", "billing:documents", "document-text", "documents.view"),
    ("Clients", "clients:clients", "users", "clients.view"),
    ("Payments", "payments:payments", "banknotes", "payments.view"),
    ("Products", "billing:products", "cube", "products.view"),
    ("Books", "billing:books", "book-open", "books.view"),
    ("Settings", "office:settings", "cog-6-tooth", "settings.view"),
    ("Team", "office:team", "user-group", "team.view"),
)

# chains verify_chain follows beside the events' own: function() → iterable of Link
CHAINS: tuple[str, ...] = ("billing.reports.chain.documents",)

# what founding a company adds, in the same transaction: function(company, actor, at)
SETUP: tuple[str, ...] = ("billing.actions.setup.found",)

# demo data, in order: function(world)
SEED: tuple[str, ...] = (
    "clients.demo.seed",
    "billing.demo.seed",
    "payments.demo.seed",
)

# timeline of a subject beyond its events: subject kind → functions(subject) → rows
OFFICE_URLS: tuple[str, ...] = ("clients.urls", "billing.urls", "payments.urls")
