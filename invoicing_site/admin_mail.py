"""Admin pages of mail: what was sent to whom, and which addresses are stopped."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from invoicing_site.adminsite import HistoryAdmin, ReadOnlyAdmin, companies_in_view, is_platform_admin
from invoicing_site.models import Mail, MailTemplate, Sender, StoppedAddress


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Without what was said: the body is not kept, the secret is nobody's. Mails of no company are the platform admin's."""

    list_display = ("created_at", "kind", "recipient", "company", "state", "attempts", "due_at", "error")
    list_filter = ("state", "kind", "bounce")
    search_fields = ("recipient", "uuid", "subject")
    list_select_related = ("company",)
    ordering = ("-id",)
    exclude = ("secret",)

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        own = Q(company__in=companies_in_view(request))
        return rows.filter(own | Q(company=None) if is_platform_admin(request) else own)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_platform_admin(request) or super().has_view_permission(request, obj)


@admin.register(StoppedAddress)
class StoppedAddressAdmin(HistoryAdmin):
    list_display = ("email", "company", "reason", "stopped_at", "lifted_at")
    search_fields = ("email",)
    list_select_related = ("company",)
    ordering = ("-id",)


@admin.register(Sender)
class SenderAdmin(HistoryAdmin):
    list_display = ("company", "name", "address", "reply_to", "attach_pdf", "undo_seconds")
    list_select_related = ("company",)


@admin.register(MailTemplate)
class MailTemplateAdmin(HistoryAdmin):
    list_display = ("company", "kind", "language", "subject", "revision")
    list_filter = ("kind", "language")
    list_select_related = ("company",)
