"""Admin pages of control: who agreed to what, from which amount on, and who may book into locked days."""

from django.contrib import admin

from invoicing_site.adminsite import HistoryAdmin
from invoicing_site.models import ApprovalPolicy, ApprovalRequest, PeriodException


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(HistoryAdmin):
    list_display = ("company", "what", "threshold")
    list_filter = ("what",)
    list_select_related = ("company",)


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(HistoryAdmin):
    """Without the content: bank details are shown to whoever decides on them, nowhere else."""

    list_display = ("requested_at", "company", "what", "amount", "currency", "requested_by", "state", "decided_by", "single_handed")  # fmt: skip
    list_filter = ("state", "what", "single_handed")
    search_fields = ("uuid", "subject")
    list_select_related = ("company", "requested_by", "decided_by")
    ordering = ("-id",)
    exclude = ("content",)


@admin.register(PeriodException)
class PeriodExceptionAdmin(HistoryAdmin):
    list_display = ("company", "person", "reason", "expires_at", "granted_by", "revoked_at")
    list_select_related = ("company", "person", "granted_by")
    ordering = ("-id",)
