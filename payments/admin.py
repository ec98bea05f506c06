"""Admin pages of payments, read-only."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from invoicing_site import clock
from invoicing_site.admin import actor, with_reason
from invoicing_site.adminsite import HistoryAdmin, ReadOnlyAdmin, ReadOnlyInline
from invoicing_site.models import Membership
from invoicing_site.rules import roles
from payments.actions.inbox import replay
from payments.models import Allocation, Attempt, AttemptShare, GatewayAccount, InboxEvent, Payment, Refund, RefundOrder


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


@admin.register(GatewayAccount)
class GatewayAccountAdmin(HistoryAdmin):
    list_display = ("label", "provider", "mode", "account_id", "archived_at", "company")
    list_filter = ("provider", "mode")
    list_select_related = ("company",)
    ordering = ("-id",)


class ShareInline(ReadOnlyInline):
    model = AttemptShare
    fields = ("document", "amount")


class OrderInline(ReadOnlyInline):
    model = RefundOrder
    fields = ("created_at", "amount", "currency", "state", "failure", "reason", "refund_id_at_provider")


@admin.register(Attempt)
class AttemptAdmin(HistoryAdmin):
    list_display = ("created_at", "client", "state", "currency", "amount", "method", "failure", "company")
    list_filter = ("state", "currency")
    list_select_related = ("client", "company")
    search_fields = ("session_id", "intent_id", "client__name")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (ShareInline, OrderInline)


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    """Providers put names and addresses into messages: the admin shows what they are about, not what they say."""

    list_display = ("received_at", "type", "event_id", "state", "attempts", "error", "polled", "company")
    list_filter = ("state", "type", "polled")
    list_select_related = ("company",)
    search_fields = ("event_id",)
    ordering = ("-id",)
    exclude = ("payload",)
    actions = ("work_again",)

    @admin.action(description=_("Work again"))
    def work_again(self, request: HttpRequest, rows: QuerySet[InboxEvent]) -> HttpResponse | None:
        def verb(row: InboxEvent, answers: dict[str, Any]) -> object:
            member = Membership.objects.current().filter(user=request.user.pk, company=row.company_id).first()
            if member is None or not roles.may(member.role, "payments.record"):
                raise PermissionDenied
            return replay(
                company=row.company,
                event_uuid=row.uuid,
                actor=actor(request),
                at=clock.now(),
                reason=answers["reason"],
            )

        return with_reason(request, rows, action="work_again", title=_("Work messages again"), verb=verb)
