"""Admin pages of the ground floor: people, companies, events and deliveries."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

import invoicing_site.admin_control
import invoicing_site.admin_mail  # noqa: F401 - registers its pages
from invoicing_site import clock, factors
from invoicing_site.actions import access, outbox
from invoicing_site.adminsite import (
    HistoryAdmin,
    InstallationAdmin,
    ReadOnlyAdmin,
    companies_in_view,
    is_platform_admin,
)
from invoicing_site.errors import BusinessError
from invoicing_site.forms_people import GlassForm, ReasonForm
from invoicing_site.messages import sentence
from invoicing_site.models import (
    BankAccount,
    BreakGlass,
    Company,
    Delivery,
    Event,
    Invitation,
    Link,
    Membership,
    Period,
    User,
)
from invoicing_site.states import DeliveryState

COMPANY_PUBLIC = ("name", "slug", "data_region", "time_zone", "created_at")


def actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def run_each(request: HttpRequest, rows: QuerySet[Any], verb: Callable[[Any], object]) -> None:
    """One verb call per chosen row; what a verb refuses is shown and does not stop the others."""
    done = 0
    for row in rows:
        try:
            verb(row)
            done += 1
        except BusinessError as error:
            messages.error(request, f"{row}: {sentence(error)}")
    if done:
        messages.success(
            request, ngettext("Done for %(count)d row.", "Done for %(count)d rows.", done) % {"count": done}
        )


def with_reason(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    action: str,
    title: Any,
    verb: Callable[[Any, dict[str, Any]], object],
    form_class: type[Form] = ReasonForm,
) -> HttpResponse | None:
    """An admin action in two steps: ask for a reason after a fresh second factor, then call `verb(row, answers)`."""
    if not factors.fresh(request):
        messages.info(request, gettext("Confirm that it is you, then choose the action again."))
        return HttpResponseRedirect(factors.with_next("step_up", request.get_full_path()))
    form = form_class(request.POST if "asked" in request.POST else None)
    if form.is_valid():
        run_each(request, rows, lambda row: verb(row, form.cleaned_data))
        return None
    context = {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "rows": rows,
        "action": action,
        "checkbox": ACTION_CHECKBOX_NAME,
        "opts": rows.model._meta,
    }
    return render(request, "admin/with_reason.html", context)


@admin.register(User)
class UserAdmin(InstallationAdmin, HistoryAdmin):
    list_display = ("email", "name", "is_active", "is_platform_admin", "last_login")
    list_filter = ("is_active", "is_platform_admin")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "language", "is_active", "is_platform_admin", "date_joined", "last_login")
    actions = ("deactivate", "reset_factors")

    @admin.action(description=_("Deactivate"))
    def deactivate(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        def verb(row: User, answers: dict[str, Any]) -> object:
            return access.deactivate_user(
                user_id=row.pk, actor=actor(request), at=clock.now(), reason=answers["reason"]
            )

        return with_reason(request, rows, action="deactivate", title=_("Deactivate accounts"), verb=verb)

    @admin.action(description=_("Reset second factors"))
    def reset_factors(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        def verb(row: User, answers: dict[str, Any]) -> object:
            return access.reset_mfa(user_id=row.pk, actor=actor(request), at=clock.now(), reason=answers["reason"])

        return with_reason(request, rows, action="reset_factors", title=_("Reset second factors"), verb=verb)


@admin.register(Company)
class CompanyAdmin(HistoryAdmin):
    """Platform admins see that a company exists; what it writes on documents only through broken glass."""

    list_display = ("name", "slug", "data_region", "created_at")
    search_fields = ("name", "slug")
    ordering = ("name",)
    actions = ("open_glass",)

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_platform_admin(request) else rows.filter(pk__in=companies_in_view(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_platform_admin(request) or super().has_view_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or obj.pk in companies_in_view(request):
            return super().get_fields(request, obj)
        return COMPANY_PUBLIC

    def get_actions(self, request: HttpRequest) -> Any:
        return super().get_actions(request) if is_platform_admin(request) else {}

    def _visible_or_404(self, request: HttpRequest, object_id: Any) -> None:
        super()._visible_or_404(request, object_id)
        if int(object_id) not in companies_in_view(request):
            raise Http404

    @admin.action(description=_("Break the glass: read this company's rows"))
    def open_glass(self, request: HttpRequest, rows: QuerySet[Company]) -> HttpResponse | None:
        def verb(row: Company, answers: dict[str, Any]) -> object:
            return access.break_glass(
                company=row, hours=answers["hours"], actor=actor(request), at=clock.now(), reason=answers["reason"]
            )

        title = _("Break the glass")
        return with_reason(request, rows, action="open_glass", title=title, verb=verb, form_class=GlassForm)


@admin.register(BankAccount)
class BankAccountAdmin(HistoryAdmin):
    list_display = ("label", "company", "currency", "bank_name", "is_default", "archived_at")
    list_filter = ("currency", "is_default")


@admin.register(Membership)
class MembershipAdmin(HistoryAdmin):
    list_display = ("user", "company", "role", "expires_on", "ended_at")
    list_filter = ("role",)
    list_select_related = ("user", "company")


@admin.register(Link)
class LinkAdmin(HistoryAdmin):
    """What links there are; the token that opens one is not in the row."""

    list_display = ("uuid", "purpose", "subject_kind", "subject", "recipient", "company", "expires_at", "revoked_at")
    list_filter = ("purpose",)
    list_select_related = ("company",)
    search_fields = ("recipient",)
    ordering = ("-id",)


@admin.register(Invitation)
class InvitationAdmin(HistoryAdmin):
    list_display = ("email", "company", "role", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("company",)


@admin.register(Period)
class PeriodAdmin(HistoryAdmin):
    list_display = ("company", "closed_through", "soft_through")
    list_select_related = ("company",)


class SharedAdmin(ReadOnlyAdmin):
    """Rows of one company that platform admins see too."""

    def visible(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_platform_admin(request) else super().visible(request, rows)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_platform_admin(request) or super().has_view_permission(request, obj)


@admin.register(BreakGlass)
class BreakGlassAdmin(SharedAdmin):
    """Who looked into which company, and why."""

    list_display = ("company", "user", "reason", "opened_at", "expires_at")
    list_select_related = ("company", "user")
    ordering = ("-opened_at",)


@admin.register(Event)
class EventAdmin(SharedAdmin):
    """Ids and figures only, so platform admins read them without broken glass."""

    list_display = ("recorded_at", "type", "company", "subject_kind", "subject", "actor")
    list_filter = ("type",)
    search_fields = ("subject", "request_id")
    list_select_related = ("company", "actor")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(InstallationAdmin):
    """The queues as rows. Dead letters, with the error of the last attempt, are replayed from here."""

    list_display = ("id", "reaction", "queue", "state", "attempts", "due_at", "short_error")
    list_filter = ("state", "queue", "reaction")
    ordering = ("-id",)
    list_select_related = ("event",)
    actions = ("replay",)

    @admin.display(description=_("error"))
    def short_error(self, row: Delivery) -> str:
        return row.error[:120]

    @admin.action(description=_("Replay dead letters"))
    def replay(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        dead = rows.filter(state=DeliveryState.DEAD)
        run_each(request, dead, lambda row: outbox.replay(delivery_id=row.pk, actor=actor(request), at=clock.now()))
        left = rows.exclude(pk__in=[row.pk for row in dead]).exclude(state=DeliveryState.WAITING).count()
        if left:
            messages.warning(request, gettext("Only dead letters are replayed; the others were left alone."))
