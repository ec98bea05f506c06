"""The role table: which role may do what. Views, verbs, admin and API all ask `may()` (SPEC A2)."""

OWNER, ACCOUNTANT, CLERK, AUDITOR = "owner", "accountant", "clerk", "auditor"

_READ = {
    "dashboard.view",
    "documents.view",
    "clients.view",
    "products.view",
    "payments.view",
    "books.view",
    "settings.view",
    "team.view",
    "approvals.view",
}
_CLERK = {"documents.edit", "documents.issue", "documents.send", "clients.edit", "products.edit"}
_ACCOUNTANT = {
    "documents.void",
    "documents.credit",
    "documents.write_off",
    "payments.record",
    "payments.undo",
    "refunds.record",
    "approvals.decide",
    "books.close",
    "taxes.edit",
    "rates.edit",
    "series.edit",
    "accounts.edit",
}
_OWNER = {"settings.edit", "bank.edit", "team.edit", "gateways.edit", "approvals.edit"}

PERMISSIONS: dict[str, frozenset[str]] = {
    OWNER: frozenset(_READ | _CLERK | _ACCOUNTANT | _OWNER),
    ACCOUNTANT: frozenset(_READ | _CLERK | _ACCOUNTANT),
    CLERK: frozenset(_READ | _CLERK),
    AUDITOR: frozenset(_READ),
}
ALL = PERMISSIONS[OWNER]
STEP_UP = frozenset(
    {
        "documents.write_off",
        "refunds.record",
        "books.close",
        "bank.edit",
        "team.edit",
        "gateways.edit",
        "approvals.decide",
        "approvals.edit",
    }
)
ADMIN_ROLES = (OWNER, AUDITOR)


def may(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`. An unknown permission is a programming error, not a refusal."""
    if permission not in ALL:
        raise KeyError(permission)
    return permission in PERMISSIONS.get(role, frozenset())
