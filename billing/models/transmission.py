"""Ways e-invoices leave the house by, and each journey with the answer it got."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.states import TRANSMISSION_TRANSITIONS, RouteKind, TransmissionState
from invoicing_site.guards import Frozen, History, SameCompany, Transitions
from invoicing_site.models.base import Noun, OwnedQuerySet, history

MOVES = ("state", "attempts", "due_at", "claimed_until", "answer", "ended_at")


class Route(Noun):
    """Where XML is taken to. `secret` is a reference (invoicing_site/secrets.py) to a password or a private key; `host_key` the one
    line the server proves itself by. For e-mail only `address` counts."""

    kind = models.CharField(_("kind"), max_length=5, choices=RouteKind.choices)
    name = models.CharField(_("name"), max_length=60)
    automatic = models.BooleanField(_("send after issue without asking"), default=False)
    host = models.CharField(_("server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), default=22)
    username = models.CharField(_("user name"), max_length=100, blank=True)
    secret = models.CharField(_("where the password or private key is"), max_length=200, blank=True)
    host_key = models.CharField(_("the server's public key"), max_length=1000, blank=True)
    folder = models.CharField(_("folder"), max_length=200, blank=True)
    address = models.EmailField(_("e-mail address"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("transmission route")
        verbose_name_plural = _("transmission routes")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(automatic=True, archived_at=None), name="route_one_automatic"
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(host=""), ~models.Q(host_key=""), kind="sftp")
                | models.Q(~models.Q(address=""), kind="email"),
                name="route_complete",
            ),
            History(name="route_history"),
        ]

    def __str__(self) -> str:
        return self.name


class Transmission(Noun):
    """One e-invoice on one route, once: a repeat is another try of the same row. `answer` is what the other side said."""

    document = models.ForeignKey(
        "billing.Document", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    route = models.ForeignKey(Route, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    state = models.CharField(max_length=10, choices=TransmissionState.choices, default=TransmissionState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+", db_index=False)

    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("transmission")
        verbose_name_plural = _("transmissions")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=["queued", "sending"]), name="transmission_due"
            )
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["document", "route"], name="transmission_once"),
            SameCompany("document", name="transmission_document"),
            SameCompany("route", name="transmission_route"),
            Transitions(
                name="transmission_transitions", field="state", first="queued", allowed=TRANSMISSION_TRANSITIONS
            ),
            Frozen(name="transmission_frozen", but=MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.attempts})"
