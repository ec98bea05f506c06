"""Admin pages of documents, books and settings, read-only: whatever changes them is a verb."""

from django.contrib import admin

from billing.models import (
    Account,
    Allowance,
    Counter,
    Document,
    DueItem,
    Entry,
    ExchangeRate,
    Line,
    Posting,
    Price,
    Product,
    Proof,
    Rendition,
    Series,
    Settlement,
    TaxCode,
    TaxRate,
    TaxTotal,
)
from invoicing_site.adminsite import HistoryAdmin, ReadOnlyAdmin, ReadOnlyInline


class LineInline(ReadOnlyInline):
    model = Line
    fields = ("position", "sku", "description", "quantity", "unit", "unit_price", "discount", "amount", "net")
    ordering = ("position",)


class AllowanceInline(ReadOnlyInline):
    model = Allowance
    fields = ("position", "is_charge", "description", "percent", "amount")


class TaxTotalInline(ReadOnlyInline):
    model = TaxTotal
    fields = ("category", "rate", "base", "amount", "base_currency_amount")


class DueItemInline(ReadOnlyInline):
    model = DueItem
    fields = ("due_on", "amount")


class SettlementInline(ReadOnlyInline):
    model = Settlement
    fields = ("settled_on", "kind", "amount", "base_amount", "reverses", "reason", "recorded_at", "recorded_by")


class RenditionInline(ReadOnlyInline):
    model = Rendition
    fields = ("format", "template", "template_version", "blob", "fingerprint", "rendered_at")


class PostingInline(ReadOnlyInline):
    model = Posting
    fields = ("account", "client", "currency", "amount", "base_amount")


class PriceInline(ReadOnlyInline):
    model = Price
    fields = ("currency", "unit_price", "client")


class TaxRateInline(ReadOnlyInline):
    model = TaxRate
    fields = ("rate", "valid_from", "valid_to")


class CounterInline(ReadOnlyInline):
    model = Counter
    fields = ("period_key", "last", "last_date")


@admin.register(Document)
class DocumentAdmin(HistoryAdmin):
    list_display = ("number", "kind", "state", "client", "issue_date", "currency", "total", "open_amount", "company")
    list_filter = ("state", "kind", "currency")
    list_select_related = ("client", "company")
    search_fields = ("number", "payment_reference")
    date_hierarchy = "issue_date"
    ordering = ("-id",)
    inlines = (LineInline, AllowanceInline, TaxTotalInline, DueItemInline, SettlementInline, RenditionInline)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("booked_on", "value_on", "source_kind", "purpose", "company", "recorded_at")
    list_filter = ("source_kind", "purpose")
    list_select_related = ("company",)
    search_fields = ("source",)
    ordering = ("-id",)
    inlines = (PostingInline,)


@admin.register(Product)
class ProductAdmin(HistoryAdmin):
    list_display = ("sku", "name", "unit", "company", "archived_at")
    list_select_related = ("company",)
    search_fields = ("sku", "name")
    inlines = (PriceInline,)


@admin.register(TaxCode)
class TaxCodeAdmin(HistoryAdmin):
    list_display = ("code", "name", "category", "company", "archived_at")
    list_select_related = ("company",)
    inlines = (TaxRateInline,)


@admin.register(Account)
class AccountAdmin(HistoryAdmin):
    list_display = ("code", "name", "purpose", "is_revenue", "company", "archived_at")
    list_select_related = ("company",)
    search_fields = ("code", "name")


@admin.register(Series)
class SeriesAdmin(HistoryAdmin):
    list_display = ("name", "kind", "pattern", "reset", "is_default", "company")
    list_select_related = ("company",)
    inlines = (CounterInline,)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(HistoryAdmin):
    list_display = ("rate_date", "currency", "rate", "source", "company")
    list_filter = ("currency",)
    list_select_related = ("company",)
    ordering = ("-rate_date", "currency")


@admin.register(Proof)
class ProofAdmin(ReadOnlyAdmin):
    list_display = ("proven_at", "as_of", "company")
    list_select_related = ("company",)
    ordering = ("-id",)
