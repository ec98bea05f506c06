"""How the floors hear of each other, on one screen. Only strings: the ground floor imports no app above it."""

from typing import NamedTuple


def N_(text: str) -> str:
    """Marks a label for translation; the page that shows it asks for the translation."""
    return text


class Reaction(NamedTuple):
    """`task` is the dotted path of a function taking an Event; `queue` the Celery queue it runs on."""

    task: str
    queue: str


# event type → who must hear it (at least once; each reaction dedupes by its own constraint)
REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "document.issued": (Reaction("billing.tasks.render", "render"),),
    "mail.accepted": (Reaction("billing.tasks.sent", "delivery"),),
    "document.rendered": (
        Reaction("billing.tasks.read_back", "bulk"),
        Reaction("billing.tasks.mails_are_ready", "delivery"),
    ),
    "document.einvoice_written": (
        Reaction("billing.tasks.mails_are_ready", "delivery"),
        Reaction("billing.tasks.send_by_itself", "delivery"),
    ),
    "mail.failed": (Reaction("billing.tasks.mail_ended", "delivery"),),
    "mail.uncertain": (Reaction("billing.tasks.mail_ended", "delivery"),),
    "mail.bounced": (Reaction("billing.tasks.mail_ended", "delivery"),),
    "payment.received": (Reaction("payments.tasks.receipt_for_online", "render"),),
    "member.invited": (Reaction("invoicing_site.mails.invitation", "delivery"),),
}


class MailKind(NamedTuple):
    """`letter` is the dotted path of function(mail) → Letter (invoicing_site/letters.py); its words stand in templates/mail/<kind>.<language>.txt.

    `placeholders` are the names a company's own words may use in braces; without any, the words are the house's alone.
    `again` is False where the content was secret and is gone once the mail has left.
    """

    label: str
    letter: str
    placeholders: tuple[str, ...] = ()
    again: bool = True


# what is mailed: kind → how (SPEC D2)
MAILS: dict[str, MailKind] = {
    "portal_invitation": MailKind(
        N_("Portal invitation"), "clients.mails.portal_invitation", ("greeting", "recipient", "company", "client")
    ),
    "portal_code": MailKind(N_("Sign-in code"), "clients.mails.portal_code", again=False),
    "account": MailKind(N_("Sign-in and account"), "invoicing_site.mails.account", again=False),
    "invitation": MailKind(N_("Invitation"), "invoicing_site.mails.invitation_letter", again=False),
    "approval": MailKind(N_("Approval given alone"), "invoicing_site.mails.approval_letter"),
    "receipt": MailKind(N_("Receipt"), "payments.mails.receipt", ("company", "client", "amount", "day", "use")),
    "transmission": MailKind(
        N_("E-invoice to a provider"), "billing.mails.transmission", ("number", "company", "client")
    ),
    "specimen": MailKind(N_("Test"), "invoicing_site.mail_examples.specimen", again=False),
    "offer": MailKind(
        N_("Offer"),
        "billing.mails.document",
        (
            "greeting",
            "recipient",
            "client",
            "company",
            "kind",
            "what",
            "number",
            "date",
            "amount",
            "valid_until",
            "file",
            "note",
        ),
    ),
    "document": MailKind(
        N_("Document"),
        "billing.mails.document",
        (
            "greeting",
            "recipient",
            "client",
            "company",
            "kind",
            "what",
            "number",
            "date",
            "amount",
            "open",
            "due",
            "reference",
            "file",
            "note",
        ),
    ),
}

# whether a company's customers can pay online: function(company) → bool
PAYABLE = "payments.reports.payable.payable"

# whether a customer may be paying a document just now: function(document, at) → bool
BEING_PAID = "payments.reports.payable.being_paid"

# what a mail or an approval is about: subject kind → function(company, uuids) → {uuid: (label, URL)}
SUBJECTS: dict[str, str] = {
    "approval": "invoicing_site.reports.approvals.mailed",
    "approval_policy": "invoicing_site.reports.approvals.policies",
    "bank_account": "invoicing_site.reports.approvals.bank_accounts",
    "document": "billing.reports.mails.documents",
    "payment": "payments.reports.receipts.subjects",
}

# the page that asks for a second person, where a verb needs one: function(request, error) → response
ASK = "invoicing_site.views.approvals.needed"

# what a second person agreed to and the house can do as it stands there: what → verb(company, request_uuid, actor, at)
CARRY_OUT: dict[str, str] = {
    "bank_details": "invoicing_site.actions.bank_accounts.carry_out_bank_details",
    "policy": "invoicing_site.actions.approval_policies.carry_out_policy",
}

# what a document's page in the portal and behind a link shows below it: function(request, document) → (template, context) or None
PORTAL_PANELS: tuple[str, ...] = ("billing.views.kinds_panel.outside", "payments.reports.portal.document")

# the portal's first page, in order: function(request) → (template, context) or None
PORTAL_HOME: tuple[str, ...] = (
    "billing.reports.portal.balances",
    "billing.reports.portal.latest",
    "payments.reports.portal.home",
)

# the dashboard's row of figures, in order: function(request) → Figures (invoicing_site/reports/figures.py)
FIGURES: tuple[str, ...] = (
    "billing.reports.dashboard.receivables",
    "payments.reports.dashboard.figures",
    "billing.reports.dashboard.work",
    "invoicing_site.reports.mails.work",
)

# what a new company sees in its place: function(request) → (template, context), or None once there is something to show
START = "billing.reports.dashboard.start"

# what stands below, in order: function(request) → (template, context), or None where there is nothing to show
PANELS: tuple[str, ...] = (
    "billing.reports.dashboard.ages",
    "billing.reports.dashboard.overdue",
    "billing.reports.dashboard.latest",
    "payments.reports.dashboard.latest",
)

# pages of the settings, in order: (label, url name, what for, permission)
SETTINGS: tuple[tuple[str, str, str, str], ...] = (
    (
        N_("Company"),
        "office:settings_company",
        N_("Name, address, tax ids and logo as documents carry them"),
        "settings.view",
    ),
    (N_("Bank accounts"), "office:bank_accounts", N_("Where customers pay to"), "settings.view"),
    (
        N_("Taxes"),
        "billing:taxes",
        N_("Taxes on lines, their rates over time and the reasons the law wants printed"),
        "settings.view",
    ),
    (N_("Number series"), "billing:series", N_("How documents are numbered"), "settings.view"),
    (N_("Layouts"), "billing:layouts", N_("How documents look: order, columns, colour and words"), "settings.view"),
    (N_("Exchange rates"), "billing:rates", N_("What foreign currencies were worth, day by day"), "settings.view"),
    (N_("Accounts"), "billing:accounts", N_("The chart of accounts and what each account is for"), "settings.view"),
    (N_("E-mail"), "office:mail_settings", N_("Who it comes from, and in which words"), "settings.view"),
    (N_("E-invoice routes"), "billing:routes", N_("Where the XML of e-invoices is sent"), "settings.view"),
    (N_("Payment provider"), "payments:gateways", N_("How customers pay online"), "settings.view"),
    (
        N_("Approvals"),
        "office:approval_policies",
        N_("What needs a second person, and from which amount"),
        "settings.view",
    ),
    (N_("Closing"), "office:books_close", N_("Up to which day the books are closed"), "books.close"),
)

# what the floors above show on a client's page: function(request, client) → (template, context) or None
CLIENT_PANELS: tuple[str, ...] = (
    "billing.reports.mails.client",
    "payments.reports.panels.client",
    "clients.views.portal_access.panel",
)

# and on a document's: function(request, document) → (template, context) or None
DOCUMENT_PANELS: tuple[str, ...] = (
    "billing.views.kinds_panel.office",
    "billing.reports.attachments.panel",
    "billing.reports.einvoice_panel.einvoice",
    "invoicing_site.reports.approvals.panel",
    "billing.reports.mails.document",
    "billing.views.certificates.panel",
    "billing.views.corrections.panel",
    "payments.reports.panels.document",
    "payments.reports.panels.online",
    "billing.reports.link_panel.links",
)

# what prove_books checks: tuples of function(company, as_of) → iterable of Difference
PROOFS: tuple[str, ...] = (
    "billing.reports.proof.CHECKS",
    "billing.reports.proof_credit.CHECKS",
    "billing.reports.chain.CHECKS",
    "payments.reports.proof.CHECKS",
    "payments.reports.proof_online.CHECKS",
)

# navigation of the office: (label, url name, icon, permission)
NAVIGATION: tuple[tuple[str, str, str, str], ...] = (
    (N_("Dashboard"), "office:dashboard", "home", "dashboard.view"),
    (N_("Documents"), "billing:documents", "document-text", "documents.view"),
    (N_("Received e-invoices"), "billing:received", "inbox-arrow-down", "documents.view"),
    (N_("Clients"), "clients:clients", "users", "clients.view"),
    (N_("Payments"), "payments:payments", "banknotes", "payments.view"),
    (N_("Products"), "billing:products", "cube", "products.view"),
    (N_("Books"), "billing:books", "book-open", "books.view"),
    (N_("Approvals"), "office:approvals", "hand-raised", "approvals.view"),
    (N_("E-mail"), "office:mails", "envelope", "documents.view"),
    (N_("Settings"), "office:settings", "cog-6-tooth", "settings.view"),
    (N_("Team"), "office:team", "user-group", "team.view"),
)

# chains verify_chain follows beside the events' own: function(company) → iterable of Chain; and one record of such a chain
CHAINS: tuple[str, ...] = ("billing.reports.chain.chains",)
CHAIN_RECORD = "billing.reports.chain.record"

# what founding a company adds, in the same transaction: function(company, actor, at)
SETUP: tuple[str, ...] = ("billing.actions.setup.found",)

# open work of somebody who leaves, in the same transaction: function(company, leaver, heir, actor, at)
HANDOVER: tuple[str, ...] = ("billing.actions.handover.documents",)

# the demo's story, in order: function(world), which plans acts on its agenda
SEED: tuple[str, ...] = (
    "clients.demo.plan.customers",
    "billing.demo.plan.sales",
    "billing.demo.offers.offers",
    "billing.demo.mailing.mails",
    "payments.demo.plan.payments",
    "payments.demo.deposits.deposits",
    "payments.demo.corrections.corrections",
    "payments.demo.guests.guests",
    "payments.demo.online.online",
)

# the demo's customers in the portal: function() → rows for its first page; and where its sandbox sends messages: function() → {slug: path}
DEMO_GUESTS = "clients.demo.guests.listing"
DEMO_HOOKS = "payments.demo.online.hooks"

# timeline of a subject beyond its events: subject kind → functions(subject) → rows
OFFICE_URLS: tuple[str, ...] = ("clients.urls", "billing.urls", "payments.urls")

# pages of the portal, at /<company>/portal/, and behind one-purpose links, at /l/
# what stands in the portal's navigation between the overview and the customer's own details: (label, url name)
PORTAL_NAVIGATION: tuple[tuple[str, str], ...] = (
    (N_("Documents"), "portal_billing:documents"),
    (N_("Payments"), "portal_payments:payments"),
)
PORTAL_URLS: tuple[str, ...] = ("clients.urls_portal", "billing.urls_portal", "payments.urls_portal")
LINK_URLS: tuple[str, ...] = ("billing.urls_link", "payments.urls_link")

# pages at /v/, for anybody who holds a document
VERIFY_URLS: tuple[str, ...] = ("billing.urls_public",)

# addresses machines outside call, at /hooks/; each proves itself by a signature
HOOK_URLS: tuple[str, ...] = ("payments.urls_hooks",)
