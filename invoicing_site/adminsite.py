"""The Django admin: behind allauth and a second factor, read-only, scoped like the office (SPEC U3, A2; docs/adr/0004).

Owners and auditors see their own company's rows. Platform admins see users, queues and companies; business rows only
while a break-glass of theirs is open for that company. Every write is a verb (admin actions call them).
"""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from invoicing_site import clock, factors
from invoicing_site.models import BreakGlass, Membership
from invoicing_site.rules.roles import ADMIN_ROLES


class AdminSite(admin.AdminSite):
    site_header = site_title = _("Invoicing administration")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only our read-only pages get in: those of libraries would edit secrets or mark addresses as verified."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff and factors.verified(request))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No form of its own: allauth signs in and checks factors."""
        target = get_next_redirect_url(request) or reverse("admin:index")
        if request.user.is_authenticated and not request.user.is_staff:
            raise PermissionDenied
        return HttpResponseRedirect(factors.detour(request, target=target) or target)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))


def is_platform_admin(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_platform_admin", False))


def companies_in_view(request: HttpRequest) -> set[int]:
    """Companies whose business rows the person may see in the admin right now."""
    found: set[int] | None = getattr(request, "_companies_in_view", None)
    if found is None:
        members = Membership.objects.current().filter(user=request.user.pk, role__in=ADMIN_ROLES)
        found = set(members.values_list("company_id", flat=True))
        if is_platform_admin(request):
            now = clock.now()
            glass = BreakGlass.objects.filter(user=request.user.pk, opened_at__lte=now, expires_at__gt=now)
            found |= set(glass.values_list("company_id", flat=True))
        request._companies_in_view = found  # type: ignore[attr-defined]
    return found


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page of companies' rows that shows and never writes; what is not `visible` answers as if it did not exist."""

    list_per_page = 50
    show_full_result_count = False

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows this person may see; pages of the installation's own rows override it."""
        return rows.filter(company__in=companies_in_view(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.visible(request, super().get_queryset(request))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Django would redirect to the index; what a person may not see is as missing as what never was."""
        raise Http404

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(companies_in_view(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class HistoryAdmin(ReadOnlyAdmin, SimpleHistoryAdmin):  # type: ignore[misc]
    """With the row's history: who changed what, when and why."""

    def get_history_queryset(self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any) -> Any:
        self._visible_or_404(request, object_id)
        return super().get_history_queryset(request, history_manager, pk_name, object_id)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """simple-history would show any company's version, and on POST write it back: neither happens here."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        self._visible_or_404(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _visible_or_404(self, request: HttpRequest, object_id: Any) -> None:
        try:
            found = self.get_queryset(request).filter(pk=object_id).exists()
        except ValueError:
            found = False
        if not found:
            raise Http404


class InstallationAdmin(ReadOnlyAdmin):
    """Rows of the installation itself: platform admins see all of them, nobody else any."""

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if self.has_view_permission(request) else rows.none()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_platform_admin(request)


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows of the shown parent, which is already scoped; a plain table without the scripts that add rows."""

    template = "admin/read_only_rows.html"
    media = Media()
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
