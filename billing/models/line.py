"""What a document bills: lines, their taxes, and discounts or charges on the whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.document import Document
from billing.models.fields import ZERO, money_column, percent_column, quantity_column
from invoicing_site.guards import FrozenWith, History, SameCompany
from invoicing_site.models.base import Owned, history


class Line(Owned):
    document = models.ForeignKey(Document, models.CASCADE, related_name="lines", db_constraint=False, db_index=False)
    position = models.PositiveIntegerField()
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", db_constraint=False, db_index=False
    )
    product = models.ForeignKey("billing.Product", models.PROTECT, null=True, blank=True, db_constraint=False)
    sku = models.CharField(max_length=40, blank=True)
    description = models.TextField(_("description"), max_length=2000)
    quantity = quantity_column(_("quantity"), default=1)
    unit = models.CharField(_("unit"), max_length=3, default="C62")
    unit_price = quantity_column(_("price"))
    discount_percent = percent_column(_("discount %"), default=ZERO)
    discount_amount = money_column(_("discount"), default=ZERO)
    account = models.ForeignKey("billing.Account", models.PROTECT, null=True, blank=True, db_constraint=False)
    cost_center = models.CharField(_("cost centre"), max_length=40, blank=True)
    service_from = models.DateField(_("service from"), null=True, blank=True)
    service_to = models.DateField(_("service to"), null=True, blank=True)
    gross = money_column(default=ZERO)
    discount = money_column(default=ZERO)
    amount = money_column(default=ZERO)
    net = money_column(default=ZERO)

    history = history()

    class Meta(Owned.Meta):
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["corrects"], condition=models.Q(corrects__isnull=False), name="line_corrects_of")
        ]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(
                fields=["document", "position"], name="line_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=models.Q(amount=models.F("gross") - models.F("discount")), name="line_adds_up"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_price__gte=0, discount_amount__gte=0, discount_percent__range=(0, 100)),
                name="line_signs",
            ),
            SameCompany("document", name="line_document"),
            SameCompany("corrects", name="line_corrects"),
            SameCompany("product", name="line_product"),
            SameCompany("account", name="line_account"),
            FrozenWith(name="line_frozen", parent="document"),
            History(name="line_history"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description[:40]}"


class LineTax(Owned):
    """One tax on one line: the code chosen, and rate and amounts as computed."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="+", db_constraint=False)
    line = models.ForeignKey(Line, models.CASCADE, related_name="taxes", db_constraint=False, db_index=False)
    position = models.PositiveSmallIntegerField(default=1)
    tax_code = models.ForeignKey("billing.TaxCode", models.PROTECT, related_name="+", db_constraint=False)
    rate = percent_column()
    base = money_column(default=ZERO)
    amount = money_column(default=ZERO)

    class Meta(Owned.Meta):
        ordering = ["position"]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["line", "tax_code"], name="linetax_once"),
            SameCompany("document", name="linetax_document"),
            SameCompany("line", name="linetax_line"),
            SameCompany("tax_code", name="linetax_tax_code"),
            FrozenWith(name="linetax_frozen", parent="document"),
        ]

    def __str__(self) -> str:
        return f"{self.tax_code_id} {self.rate}"


class Allowance(Owned):
    """A discount or charge on the whole document."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="allowances", db_constraint=False)
    position = models.PositiveSmallIntegerField(default=1)
    is_charge = models.BooleanField(_("charge"), default=False)
    description = models.CharField(_("description"), max_length=120)
    percent = percent_column(_("per cent"), null=True, blank=True)
    fixed_amount = money_column(_("amount"), null=True, blank=True)
    amount = money_column(default=ZERO)

    history = history()

    class Meta(Owned.Meta):
        ordering = ["position", "id"]
        constraints = [
            *Owned.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True, fixed_amount__gte=0)
                | models.Q(fixed_amount__isnull=True, percent__range=(0, 100)),
                name="allowance_one_way",
            ),
            SameCompany("document", name="allowance_document"),
            FrozenWith(name="allowance_frozen", parent="document"),
            History(name="allowance_history"),
        ]

    def __str__(self) -> str:
        return self.description
