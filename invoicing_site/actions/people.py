"""Verbs on memberships: who works for a company, in which role, until when (SPEC A2)."""

import datetime as dt
import uuid

from django.conf import settings
from django.utils.module_loading import import_string

from invoicing_site.accounts import end_sessions
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, Membership, User
from invoicing_site.rules import roles
from invoicing_site.states import Role
from invoicing_site.wiring import HANDOVER

REVIEW_EVERY = dt.timedelta(days=91)


def require(actor: User | None, company: Company, permission: str) -> None:
    """Raise role.not_allowed unless `actor` is a current member with `permission`; None is the host's own command."""
    if actor is None:
        return
    member = Membership.objects.for_company(company).current().filter(user=actor.pk).first()
    if member is None or not roles.may(member.role, permission):
        raise BusinessError("role.not_allowed")


def check_role(role: str) -> None:
    if role not in Role.values:
        raise BusinessError("role.unknown", "role")


def check_expiry(company: Company, expires_on: dt.date | None, at: dt.datetime) -> None:
    """A last day, in the company's zone, must not have passed."""
    if expires_on is not None and expires_on < local_date(at, company.time_zone):
        raise BusinessError("member.expiry", "expires_on")


def lock_members(company: Company) -> list[Membership]:
    """All memberships of the company that have not ended, locked in pk order: two demotions cannot pass each other."""
    return lock_rows(Membership.objects.for_company(company).filter(ended_at=None).select_related("user"))


def keep_an_owner(members: list[Membership], leaving: Membership) -> None:
    """Raise member.last_owner if no active owner without a last day is left beside `leaving`."""
    others = (m for m in members if m.pk != leaving.pk and m.user.is_active and m.expires_on is None)
    if leaving.role == Role.OWNER and not any(m.role == Role.OWNER for m in others):
        raise BusinessError("member.last_owner")


@action
def change_role(
    *,
    membership: uuid.UUID,
    company: Company,
    role: str,
    expires_on: dt.date | None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Membership:
    """Give a member another `role` and last day (company's zone, None = open); in force at their next request.

    Locks the company's memberships. Raises role.not_allowed, role.unknown, member.expiry, member.ended,
    member.last_owner, member.self (for oneself there is only stepping down). Publishes member.role_changed.
    """
    require(actor, company, "team.edit")
    check_role(role)
    check_expiry(company, expires_on, at)
    members = lock_members(company)
    member = _among(members, membership)
    require(actor, company, "team.edit")  # again under the lock: the actor may just have been demoted
    stepping_down = role != Role.OWNER and expires_on == member.expires_on
    if actor is not None and member.user_id == actor.pk and not stepping_down:
        raise BusinessError("member.self")
    if role != Role.OWNER or expires_on is not None:
        keep_an_owner(members, member)
    before = member.role
    member.role, member.expires_on = role, expires_on
    member.save(update_fields=["role", "expires_on"])
    publish(
        "member.role_changed",
        company=company,
        subject=("membership", member.uuid),
        data={"from": before, "to": role, "expires_on": expires_on.isoformat() if expires_on else None},
        actor=actor,
        at=at,
    )
    return member


@action
def end_membership(
    *,
    membership: uuid.UUID,
    company: Company,
    successor: uuid.UUID | None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Membership:
    """End a membership now: sessions end at once, open work goes to the `successor` (a membership's uuid).

    `successor` may be None only when there is no open work. Locks the company's memberships. Raises role.not_allowed,
    member.ended, member.last_owner, member.successor. Publishes member.ended.
    """
    require(actor, company, "team.edit")
    members = lock_members(company)
    member = _among(members, membership)
    require(actor, company, "team.edit")
    keep_an_owner(members, member)
    heir = next((m for m in members if successor is not None and m.uuid == successor), None)
    fit = heir is not None and heir.pk != member.pk and heir.user.is_active and roles.may(heir.role, "documents.edit")
    if successor is not None and not fit:
        raise BusinessError("member.successor", "successor")
    hand_over(company, member.user, heir.user if heir else None, actor, at)
    member.ended_at = at
    member.save(update_fields=["ended_at"])
    sessions = end_sessions(member.user)
    publish(
        "member.ended",
        company=company,
        subject=("membership", member.uuid),
        data={"successor": str(heir.uuid) if heir else None, "sessions": sessions},
        actor=actor,
        at=at,
    )
    return member


@action
def review_access(*, company: Company, actor: User | None, at: dt.datetime, reason: str = "") -> Company:
    """Record that somebody looked through who has access today (company's zone). Locks the company.

    Raises role.not_allowed. Publishes access.reviewed with the number of members.
    """
    require(actor, company, "team.edit")
    row = lock_row(Company.objects.filter(pk=company.pk))
    row.access_reviewed_on = local_date(at, row.time_zone)
    row.save(update_fields=["access_reviewed_on"])
    count = Membership.objects.for_company(row).current().count()
    publish(
        "access.reviewed",
        company=row,
        subject=("company", row.uuid),
        data={"members": count, "on": row.access_reviewed_on.isoformat()},
        actor=actor,
        at=at,
    )
    return row


@action
def change_language(*, user_id: int, language: str, actor: User | None, at: dt.datetime, reason: str = "") -> User:
    """The language a person reads the site in (a code of settings.LANGUAGES); documents keep the client's.

    Locks the user. Raises role.not_allowed for anybody but this person and the host, person.language.
    """
    if actor is not None and actor.pk != user_id:
        raise BusinessError("role.not_allowed")
    if language not in dict(settings.LANGUAGES):
        raise BusinessError("person.language", "language")
    user = lock_row(User.objects.filter(pk=user_id))
    user.language = language
    user.save(update_fields=["language"])
    return user


def review_due(company: Company, at: dt.datetime) -> bool:
    """Whether the quarterly access review is due; counted from the company's founding before the first one."""
    since = company.access_reviewed_on or local_date(company.created_at, company.time_zone)
    return local_date(at, company.time_zone) - since >= REVIEW_EVERY


def hand_over(company: Company, leaver: User, heir: User | None, actor: User | None, at: dt.datetime) -> None:
    """Give the leaver's open work to the heir; each floor above does its part (wiring.HANDOVER)."""
    for path in HANDOVER:
        import_string(path)(company=company, leaver=leaver, heir=heir, actor=actor, at=at)


def _among(members: list[Membership], wanted: uuid.UUID) -> Membership:
    for member in members:
        if member.uuid == wanted:
            return member
    raise BusinessError("member.ended")
