"""Admin pages of clients, read-only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.models import Address, Client, Contact, ExternalId, PortalAccount, PortalGrant, TaxId
from invoicing_site.adminsite import HistoryAdmin, ReadOnlyInline


class AddressInline(ReadOnlyInline):
    model = Address
    verbose_name_plural = _("addresses")
    exclude = ("company",)


class ContactInline(ReadOnlyInline):
    model = Contact
    exclude = ("company",)


class TaxIdInline(ReadOnlyInline):
    model = TaxId
    fields = ("scheme", "value")


class ExternalIdInline(ReadOnlyInline):
    model = ExternalId
    exclude = ("company",)


@admin.register(Client)
class ClientAdmin(HistoryAdmin):
    list_display = ("number", "name", "kind", "currency", "company", "archived_at")
    list_filter = ("kind", "currency")
    list_select_related = ("company",)
    search_fields = ("number", "name", "email")
    ordering = ("sort_name",)
    inlines = (AddressInline, ContactInline, TaxIdInline, ExternalIdInline)


class PortalGrantInline(ReadOnlyInline):
    model = PortalGrant
    fields = ("client", "may_pay")


@admin.register(PortalAccount)
class PortalAccountAdmin(HistoryAdmin):
    list_display = ("email", "name", "language", "company", "invited_at", "seen_at", "ended_at")
    list_filter = ("language",)
    list_select_related = ("company",)
    search_fields = ("email", "name")
    ordering = ("-id",)
    inlines = (PortalGrantInline,)
