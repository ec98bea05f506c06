"""The sub-ledger: accounts, and append-only double-entry postings (SPEC L1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import money_column, rate_column
from invoicing_site.guard_periods import OpenBooks
from invoicing_site.guards import AppendOnly, AtMinorUnit, Balanced, History, SameCompany
from invoicing_site.models.base import Noun, Owned, history


class Purpose(models.TextChoices):
    """What the verbs ask an account for; one account per purpose and company."""

    RECEIVABLE = "receivable", _("Receivables")
    CLIENT_CREDIT = "client_credit", _("Unapplied client credit")
    REVENUE = "revenue", _("Revenue")
    TAX = "tax", _("Tax payable")
    BANK = "bank", _("Bank")
    CASH = "cash", _("Cash")
    CHEQUES = "cheques", _("Cheques in hand")
    GATEWAY = "gateway", _("Payment provider clearing")
    DEPOSITS = "deposits", _("Deposits invoiced")
    OPENING = "opening", _("Opening balances")
    WITHHOLDING = "withholding", _("Tax withheld by clients")
    ROUNDING = "rounding", _("Rounding")
    DISCOUNT = "discount", _("Discounts taken")
    BAD_DEBT = "bad_debt", _("Bad debts")
    OUTSIDE = "outside", _("Settled outside")
    FX_GAIN = "fx_gain", _("Exchange gains")
    FX_LOSS = "fx_loss", _("Exchange losses")
    FX_CLEARING = "fx_clearing", _("Exchange clearing")


class Account(Noun):
    code = models.CharField(_("account"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices, null=True, blank=True)
    is_revenue = models.BooleanField(_("may be chosen on lines"), default=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["code"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "code"], name="account_code_once"),
            models.UniqueConstraint(fields=["company", "purpose"], name="account_purpose_once"),
            History(name="account_history"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(Noun):
    """One business fact. Unique by source and purpose: the same fact is never booked twice."""

    source_kind = models.CharField(max_length=20)
    source = models.UUIDField()
    purpose = models.CharField(max_length=20)
    booked_on = models.DateField()
    value_on = models.DateField()
    rate = rate_column(default=1)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta(Noun.Meta):
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [models.Index(fields=["company", "booked_on", "id"], name="entry_by_date")]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["source", "purpose"], name="entry_once"),
            OpenBooks("booked_on", name="entry_open_books"),
            AppendOnly(name="entry_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.purpose}"


class Posting(Owned):
    """Debit positive, credit negative."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", db_constraint=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", db_constraint=False, db_index=False)
    client = models.ForeignKey("clients.Client", models.PROTECT, null=True, related_name="+", db_constraint=False)
    currency = models.CharField(max_length=3)
    amount = money_column()
    base_amount = money_column()

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["account", "client", "currency"], name="posting_by_account"),
        ]
        constraints = [
            *Owned.Meta.constraints,
            AtMinorUnit("amount", name="posting_unit"),
            SameCompany("entry", name="posting_entry"),
            SameCompany("account", name="posting_account"),
            SameCompany("client", name="posting_client"),
            Balanced(name="posting_balanced"),
            AppendOnly(name="posting_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount} {self.currency}"
