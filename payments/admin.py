"""Admin pages of payments, read-only."""

from django.contrib import admin

from invoicing_site.adminsite import HistoryAdmin, ReadOnlyInline
from payments.models import Allocation, Payment, Refund


class AllocationInline(ReadOnlyInline):
    model = Allocation
    fields = ("allocated_on", "settlement", "currency", "amount", "base_amount", "rate", "reverses", "recorded_at")


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ("refunded_on", "method", "currency", "amount", "base_amount", "reference", "reason", "reverses")


@admin.register(Payment)
class PaymentAdmin(HistoryAdmin):
    list_display = ("received_on", "client", "method", "currency", "amount", "unapplied", "state", "company")
    list_filter = ("state", "method", "currency")
    list_select_related = ("client", "company")
    search_fields = ("reference", "client__name")
    date_hierarchy = "received_on"
    ordering = ("-id",)
    inlines = (AllocationInline, RefundInline)
