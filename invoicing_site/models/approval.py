"""The two-person rule: above which amounts a second person must agree, and what they were asked (SPEC A5, docs/adr/0015)."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from invoicing_site import clock
from invoicing_site.crypto import EncryptedText
from invoicing_site.guards import Frozen, History, Transitions
from invoicing_site.models.base import Noun, OwnedQuerySet, history
from invoicing_site.states import APPROVAL_TRANSITIONS, ApprovalState, Gated

ALONE_FOR = dt.timedelta(hours=24)
OPEN = ("waiting", "approved")
ENDED = ("used", "rejected", "withdrawn", "expired")


class ApprovalPolicy(Noun):
    """One row per company and act; without a threshold the act needs nobody else. History says who changed it."""

    what = models.CharField(_("what"), max_length=20, choices=Gated.choices)
    threshold = models.DecimalField(_("above"), max_digits=19, decimal_places=4, null=True, blank=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "what"], name="approvalpolicy_once"),
            models.CheckConstraint(condition=models.Q(threshold__gte=0), name="approvalpolicy_not_negative"),
            History(name="approvalpolicy_history"),
        ]

    def __str__(self) -> str:
        return self.get_what_display()


class ApprovalRequestQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def waiting_at(self, at: dt.datetime) -> Self:
        return self.filter(state=ApprovalState.WAITING, expires_at__gt=at)


class ApprovalRequest(Noun):
    """Leave to do one act once: this subject at this revision, up to this amount (base currency) and with this content."""

    what = models.CharField(_("what"), max_length=20, choices=Gated.choices)
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    revision = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(_("amount"), max_digits=19, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    content = EncryptedText(label="approval.content", default="", blank=True)
    note = models.CharField(_("reason"), max_length=300, blank=True)
    requested_by = models.ForeignKey("invoicing_site.User", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    state = models.CharField(_("state"), max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    decided_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    single_handed = models.BooleanField(default=False)
    usable_from = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    history = history()
    objects: ClassVar[Any] = ApprovalRequestQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        indexes = [
            models.Index(
                fields=["company", "expires_at"], condition=models.Q(state="waiting"), name="approval_waiting"
            ),
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company", "what", "subject"],
                condition=models.Q(state__in=OPEN),
                name="approval_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None, single_handed=False)
                | models.Q(~models.Q(decided_by=models.F("requested_by")), single_handed=False)
                | models.Q(decided_by__isnull=False, decided_by=models.F("requested_by"), single_handed=True),
                name="approval_second_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "rejected", "used"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="approval_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "used"]) | models.Q(usable_from__isnull=False),
                name="approval_usable_from",
            ),
            models.CheckConstraint(
                condition=models.Q(single_handed=False) | models.Q(usable_from__gte=models.F("decided_at") + ALONE_FOR),
                name="approval_alone_waits",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="used") | models.Q(ended_at__gte=models.F("usable_from")),
                name="approval_used_when_usable",
            ),
            Transitions(name="approval_transitions", field="state", first="waiting", allowed=APPROVAL_TRANSITIONS),
            Frozen(
                name="approval_asked",
                but=(
                    "state",
                    "decided_by",
                    "decided_at",
                    "reason",
                    "single_handed",
                    "usable_from",
                    "ended_by",
                    "ended_at",
                ),
                when="OLD.state = 'waiting'",
            ),
            Frozen(name="approval_given", but=("state", "ended_by", "ended_at"), when="OLD.state = 'approved'"),
            Frozen(name="approval_ended", when="OLD.state IN ('used', 'rejected', 'withdrawn', 'expired')"),
            History(name="approval_history"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.subject}"

    def state_at(self, at: dt.datetime) -> str:
        """The state a person sees: what nobody closed expires by itself."""
        return ApprovalState.EXPIRED if self.state in OPEN and self.expires_at <= at else self.state


def asked_of(user_id: int | None) -> Any:
    """A subquery beside a membership: how many requests of its company wait for somebody else than `user_id`."""
    rows = ApprovalRequest.objects.waiting_at(clock.now()).filter(company=models.OuterRef("company"))
    others = rows.exclude(requested_by=user_id).order_by().values("company").annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(others), 0)
