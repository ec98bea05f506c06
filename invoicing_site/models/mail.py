"""E-mail: one row for each recipient and purpose (SPEC D2). The body is rendered when it is sent and is not kept."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from invoicing_site.crypto import EncryptedText
from invoicing_site.guards import Frozen, History, Transitions
from invoicing_site.models.base import Noun, OwnedQuerySet, history
from invoicing_site.states import MAIL_TRANSITIONS, Bounce, MailState

MOVES = (
    "state", "attempts", "due_at", "claimed_until", "accepted_at", "response", "error", "bounce", "secret",
)  # fmt: skip


class Mail(models.Model):
    """`kind` names the renderer in wiring.MAILS, `dedupe_key` is what may exist once: a resend is a new key.

    A mail of no company (password reset) has `company` null. `secret` holds what the body needs and nobody may read later
    (a sign-in code, a reset link); it is emptied once the mail is accepted, failed or cancelled.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey("invoicing_site.Company", models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    recipient = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=5)
    options = models.JSONField(default=dict)
    secret = EncryptedText(label="mail.secret", default="")
    dedupe_key = models.CharField(max_length=200, unique=True)
    resend_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="resends")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    response = models.CharField(max_length=300, blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")
    bounce = models.CharField(max_length=4, choices=Bounce.choices, blank=True, default="")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [
            models.Index(fields=["company", "-id"], name="mail_newest"),
            models.Index(fields=["subject", "id"], name="mail_of_subject"),
            models.Index(fields=["due_at"], condition=models.Q(state__in=["queued", "sending"]), name="mail_due"),
            models.Index(Lower("recipient"), name="mail_to"),
        ]
        constraints = [
            Transitions(name="mail_transitions", field="state", first="queued", allowed=MAIL_TRANSITIONS),
            Frozen(name="mail_frozen", but=MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"


class StoppedAddress(Noun):
    """An address we no longer write to, because mail to it came back for good or somebody said so."""

    email = models.EmailField(_("e-mail address"))
    reason = models.CharField(_("reason"), max_length=300)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                "company", Lower("email"), condition=models.Q(lifted_at=None), name="stoppedaddress_once"
            ),
            History(name="stoppedaddress_history"),
        ]

    def __str__(self) -> str:
        return self.email


class Sender(Noun):
    """How a company's mail looks from outside; without a row, the installation's own sender speaks for it."""

    name = models.CharField(_("sender's name"), max_length=80, blank=True)
    address = models.EmailField(_("sender's address"), blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    attach_pdf = models.BooleanField(_("attach the PDF"), default=True)
    undo_seconds = models.PositiveSmallIntegerField(_("seconds in which sending can be undone"), default=20)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("sender")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company"], name="sender_once"),
            History(name="sender_history"),
        ]

    def __str__(self) -> str:
        return self.address or self.name


class MailTemplate(Noun):
    """A company's own words for a kind of mail in a language; without a row, the house's words."""

    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"), max_length=5000)
    revision = models.PositiveIntegerField(default=1)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "kind", "language"], name="mailtemplate_once"),
            History(name="mailtemplate_history"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
