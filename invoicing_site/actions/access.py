"""Verbs on a person's access to the installation: deactivation, lost devices, break-glass (SPEC A2, A4)."""

import datetime as dt

from allauth.mfa.models import Authenticator

from invoicing_site.accounts import end_sessions
from invoicing_site.action import action
from invoicing_site.actions.people import keep_an_owner, lock_members, require
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import BreakGlass, Company, Membership, User
from invoicing_site.states import Role

GLASS_HOURS = 8


def require_platform_admin(actor: User | None) -> None:
    """Raise role.not_allowed unless `actor` is an active platform admin; None is the host's own command."""
    if actor is not None and not User.objects.filter(pk=actor.pk, is_active=True, is_platform_admin=True).exists():
        raise BusinessError("role.not_allowed")


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise BusinessError("reason.missing", "reason")


@action
def deactivate_user(*, user_id: int, actor: User | None, at: dt.datetime, reason: str = "") -> User:
    """Close an account for good: all sessions end at once, sign-in is refused, history stays.

    Memberships stay as they are but count for nothing, so an owner can still hand the work over by ending them. Locks
    every company's memberships of this person, then the user. Raises role.not_allowed, reason.missing, member.self,
    person.inactive, person.sole_admin, person.sole_owner. Publishes person.deactivated (installation's chain).
    """
    require_platform_admin(actor)
    require_reason(reason)
    if actor is not None and actor.pk == user_id:
        raise BusinessError("member.self")
    for company in Company.objects.filter(pk__in=_owned_by(user_id)).order_by("pk"):
        members = lock_members(company)
        mine = next((m for m in members if m.user_id == user_id), None)
        try:
            if mine is not None:
                keep_an_owner(members, mine)
        except BusinessError:
            raise BusinessError("person.sole_owner", company=company.name) from None
    user = lock_row(User.objects.filter(pk=user_id))
    if not user.is_active:
        raise BusinessError("person.inactive")
    admins = lock_rows(User.objects.filter(is_platform_admin=True, is_active=True).exclude(pk=user_id))
    if user.is_platform_admin and not admins:
        raise BusinessError("person.sole_admin")
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions = end_sessions(user)
    publish("person.deactivated", subject=("user", user.uuid), data={"sessions": sessions}, actor=actor, at=at)
    return user


def _owned_by(user_id: int) -> list[int]:
    owned = Membership.objects.current().filter(user=user_id, role=Role.OWNER)
    return list(owned.values_list("company_id", flat=True))


@action
def reset_mfa(
    *,
    user_id: int,
    company: Company | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> User:
    """Forget a person's second factors after a lost device; all sessions end, the next sign-in sets up a new one.

    By the platform admin, by the host's command (`actor` None), or, with `company`, by an owner of it for a member who
    works nowhere else. The password stays: who resets gains no access. Locks the user. Raises role.not_allowed,
    reason.missing, member.self, member.ended, member.elsewhere, person.no_factor. Publishes person.mfa_reset.
    """
    require_reason(reason)
    if actor is not None and actor.pk == user_id:
        raise BusinessError("member.self")
    if company is None:
        require_platform_admin(actor)
    else:
        require(actor, company, "team.edit")
        _only_here(company, user_id)
    user = lock_row(User.objects.filter(pk=user_id))
    count, _rows = Authenticator.objects.filter(user=user).delete()
    if not count:
        raise BusinessError("person.no_factor")
    sessions = end_sessions(user)
    publish(
        "person.mfa_reset",
        company=company,
        subject=("user", user.uuid),
        data={"sessions": sessions, "by_host": actor is None},
        actor=actor,
        at=at,
    )
    return user


def _only_here(company: Company, user_id: int) -> None:
    current = Membership.objects.current().filter(user=user_id)
    if not current.filter(company=company).exists():
        raise BusinessError("member.ended")
    if current.exclude(company=company).exists() or User.objects.filter(pk=user_id, is_platform_admin=True).exists():
        raise BusinessError("member.elsewhere")


@action
def break_glass(*, company: Company, hours: int, actor: User, at: dt.datetime, reason: str = "") -> BreakGlass:
    """Let a platform admin read one company's rows in the admin for `hours` (1 to 8), for a stated reason.

    Raises role.not_allowed, reason.missing, glass.hours. Publishes access.glass_broken in the company's own chain,
    where its owners and auditors see it.
    """
    if actor is None:
        raise BusinessError("role.not_allowed")
    require_platform_admin(actor)
    require_reason(reason)
    if not 1 <= hours <= GLASS_HOURS:
        raise BusinessError("glass.hours", "hours", most=GLASS_HOURS)
    glass: BreakGlass = BreakGlass.objects.create(
        company=company,
        user=actor,
        reason=reason.strip()[:300],
        opened_at=at,
        expires_at=at + dt.timedelta(hours=hours),
    )
    publish(
        "access.glass_broken",
        company=company,
        subject=("breakglass", glass.uuid),
        data={"hours": hours},
        actor=actor,
        at=at,
    )
    return glass


def find_user(email: str) -> User:
    """The person with this address in any case. Raises not_found."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise BusinessError("not_found")
    return user
