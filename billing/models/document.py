"""A document: a draft that may change, or an issued one the database keeps as it is."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from billing.models.credit_caps import CREDIT_CAPS, CREDIT_WHEN, WRITTEN_OFF_OF_DOCUMENT
from billing.models.deposit_guards import DEPOSIT_STANDS, DEPOSIT_WHEN, DEPOSITS_ADD_UP, DEPOSITS_WHEN
from billing.models.fields import ZERO, money_column, percent_column, rate_column
from billing.states import DEMANDS, FROZEN_EXCEPT, OFFERS, TRANSITIONS, DocumentState, Kind
from clients.states import Term
from invoicing_site.guards import AtMinorUnit, Frozen, History, Judged, SameCompany, Transitions
from invoicing_site.models.base import Noun, OwnedQuerySet, history
from invoicing_site.states import TaxRounding


class DocumentQuerySet(OwnedQuerySet):
    def issued(self) -> Self:
        return self.filter(state=DocumentState.ISSUED)

    def open(self) -> Self:
        """What somebody still has to pay."""
        return self.issued().filter(open_amount__gt=0, kind__in=DEMANDS)

    def visible_to(self, account: Any) -> Self:
        """What a portal account may see: issued and void documents of the clients it was let in for, never drafts."""
        from clients.models import PortalGrant

        clients = PortalGrant.objects.filter(account=account.pk).values("client")
        return self.filter(company=account.company_id, client__in=clients).exclude(state=DocumentState.DRAFT)


class Document(Noun):
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.INVOICE)
    state = models.CharField(_("state"), max_length=10, choices=DocumentState.choices, default=DocumentState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    client = models.ForeignKey(
        "clients.Client", models.PROTECT, related_name="documents", db_constraint=False, db_index=False
    )
    assignee = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, blank=True, related_name="+")

    series = models.ForeignKey(
        "billing.Series", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    number = models.CharField(_("number"), max_length=35, null=True, blank=True)
    seq = models.PositiveIntegerField(null=True, blank=True)
    period_key = models.CharField(max_length=7, null=True, blank=True)
    payment_reference = models.CharField(_("payment reference"), max_length=27, null=True, blank=True)

    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", db_constraint=False, db_index=False
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replacements", db_constraint=False, db_index=False
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", db_constraint=False, db_index=False
    )
    reason_code = models.CharField(_("kind of reason"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    external_number = models.CharField(_("number given elsewhere"), max_length=35, blank=True)

    issue_date = models.DateField(_("invoice date"), null=True, blank=True)
    supply_from = models.DateField(_("supplied from"), null=True, blank=True)
    supply_to = models.DateField(_("supply date"), null=True, blank=True)
    term = models.CharField(_("payment term"), max_length=10, choices=Term.choices, default=Term.NET)
    net_days = models.PositiveSmallIntegerField(_("payment term in days"), default=14)
    term_day = models.PositiveSmallIntegerField(_("day of the month"), default=0)
    discount_percent = percent_column(_("early-payment discount %"), default=ZERO)
    discount_days = models.PositiveSmallIntegerField(_("discount within days"), default=0)
    due_on = models.DateField(_("due on"), null=True, blank=True)

    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language"), max_length=5, default="en")
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    buyer_reference = models.CharField(_("buyer reference"), max_length=60, blank=True)
    purchase_order = models.CharField(_("purchase order"), max_length=60, blank=True)
    contract = models.CharField(_("contract"), max_length=60, blank=True)
    delivery_note = models.CharField(_("delivery note"), max_length=60, blank=True)
    introduction = models.TextField(_("opening text"), blank=True)
    notes = models.TextField(_("closing text"), blank=True)
    bank_account = models.ForeignKey(
        "invoicing_site.BankAccount", models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )

    lines_amount = money_column(_("sum of lines"), default=ZERO)
    discounts = money_column(_("discounts"), default=ZERO)
    charges = money_column(_("charges"), default=ZERO)
    net = money_column(_("net"), default=ZERO)
    tax = money_column(_("tax"), default=ZERO)
    total = money_column(_("total"), default=ZERO)
    tax_rounding = models.CharField(
        _("tax is rounded"), max_length=10, choices=TaxRounding.choices, default=TaxRounding.DOCUMENT
    )
    cash_unit = money_column(_("rounded to"), default=ZERO)
    rounding = money_column(_("rounding"), default=ZERO)
    withholding_percent = percent_column(_("tax withheld %"), default=ZERO)
    withheld = money_column(_("tax withheld"), default=ZERO)
    prepaid = money_column(_("already invoiced"), default=ZERO)
    open_amount = money_column(default=ZERO)
    credited = money_column(default=ZERO)
    written_off = money_column(default=ZERO)
    tax_engine = models.CharField(max_length=40, default="own/1")
    calculation_version = models.PositiveSmallIntegerField(default=1)

    base_currency = models.CharField(max_length=3)
    base_total = money_column(null=True)
    fx_rate = rate_column(null=True)
    fx_rate_date = models.DateField(null=True)
    fx_source = models.CharField(max_length=20, blank=True)

    issued_at = models.DateTimeField(null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    voided_on = models.DateField(_("void since"), null=True, blank=True)
    void_reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    history = history()
    objects: ClassVar[Any] = DocumentQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["company", "-issue_date", "-id"], name="document_by_date"),
            models.Index(fields=["client", "-id"], name="document_by_client"),
            models.Index(
                fields=["company", "currency", "client", "due_on"],
                include=["open_amount"],
                condition=models.Q(state="issued", open_amount__gt=0),
                name="document_open",
            ),
            GinIndex(OpClass(Upper("number"), "gin_trgm_ops"), name="document_number_part"),
            GinIndex(
                OpClass(Upper("purchase_order"), "gin_trgm_ops"),
                condition=~models.Q(purchase_order=""),
                name="document_order_part",
            ),
            models.Index(fields=["company", "total"], name="document_by_total"),
            models.Index(fields=["client", "issue_date"], condition=models.Q(state="issued"), name="document_radar"),
            *(
                models.Index(fields=[name], condition=models.Q((f"{name}__isnull", False)), name=f"document_{name}_of")
                for name in ("corrects", "replaces", "follows")
            ),
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "kind", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["series", "period_key", "seq"], name="document_seq_once"),
            models.UniqueConstraint(
                fields=["follows"],
                condition=models.Q(kind=Kind.INVOICE) & ~models.Q(state=DocumentState.VOID),
                name="document_offer_invoiced_once",
            ),
            models.UniqueConstraint(fields=["company", "payment_reference"], name="document_reference_once"),
            models.CheckConstraint(
                condition=models.Q(
                    open_amount__gte=0,
                    open_amount__lte=models.F("total")
                    - models.F("prepaid")
                    - models.F("withheld")
                    + models.F("rounding"),
                ),
                name="document_open_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(credited__gte=0, credited__lte=models.F("total")), name="document_credited_in_bounds"
            ),
            models.CheckConstraint(
                condition=models.Q(prepaid__gte=0, withheld__gte=0, cash_unit__gte=0),
                name="document_deductions_positive",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=OFFERS) | models.Q(open_amount=0), name="document_offer_is_not_owed"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.CREDIT_NOTE) | models.Q(corrects__isnull=False),
                name="document_credit_corrects",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="document_total_is_net_and_tax"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    net=models.F("lines_amount") - models.F("discounts") + models.F("charges"), prices_include_tax=False
                )
                | models.Q(
                    total=models.F("lines_amount") - models.F("discounts") + models.F("charges"),
                    prices_include_tax=True,
                ),
                name="document_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", number=None, seq=None, issued_at=None)
                | models.Q(
                    ~models.Q(state="draft"),
                    models.Q(seq__isnull=False) | ~models.Q(external_number=""),
                    number__isnull=False,
                    series__isnull=False,
                    issue_date__isnull=False,
                    due_on__isnull=False,
                    issued_at__isnull=False,
                    base_total__isnull=False,
                    fx_rate__gt=0,
                ),
                name="document_number_at_issue",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void") | models.Q(voided_on__isnull=False) & ~models.Q(void_reason=""),
                name="document_void_reasoned",
            ),
            AtMinorUnit(
                "lines_amount",
                "discounts",
                "charges",
                "net",
                "tax",
                "total",
                "rounding",
                "withheld",
                "prepaid",
                "open_amount",
                "credited",
                name="document_unit",
            ),
            SameCompany("corrects", name="document_corrects"),
            SameCompany("replaces", name="document_replaces"),
            SameCompany("follows", name="document_follows"),
            SameCompany("client", name="document_client"),
            SameCompany("series", name="document_series"),
            SameCompany("bank_account", name="document_bank_account"),
            Transitions(name="document_transitions", field="state", first="draft", allowed=TRANSITIONS),
            Frozen(name="document_frozen", but=FROZEN_EXCEPT, when="OLD.state <> 'draft'"),
            Judged(name="document_credit_caps", on="UPDATE OF state, credited", when=CREDIT_WHEN, body=CREDIT_CAPS),
            Judged(
                name="document_written_off",
                on="UPDATE OF written_off",
                when="NEW.written_off <> OLD.written_off",
                body=WRITTEN_OFF_OF_DOCUMENT,
            ),
            Judged(name="document_deposits_add_up", on="UPDATE OF state", when=DEPOSITS_WHEN, body=DEPOSITS_ADD_UP),
            Judged(
                name="document_deposit_stands", on="UPDATE OF state, credited", when=DEPOSIT_WHEN, body=DEPOSIT_STANDS
            ),
            History(name="document_history"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_draft(self) -> bool:
        return self.state == DocumentState.DRAFT

    @property
    def payable(self) -> Decimal:
        """What the document asks for: its total less what was invoiced before and what is withheld, at the coin."""
        amount: Decimal = self.total - self.prepaid - self.withheld + self.rounding
        return amount

    @property
    def is_offer(self) -> bool:
        return self.kind in OFFERS

    @property
    def is_demand(self) -> bool:
        return self.kind in DEMANDS

    @property
    def is_owed(self) -> bool:
        """Whether somebody still has to pay it: what a credit note has open is owed the other way."""
        return self.state == DocumentState.ISSUED and self.open_amount > 0 and self.kind in DEMANDS
