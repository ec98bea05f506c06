"""Mails as people read them: state in words, what went wrong, what can be done about it; the log and the work waiting."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import SENTENCES, sentence
from invoicing_site.models import Company, Event, Mail
from invoicing_site.reports.figures import Figure
from invoicing_site.reports.stopped import stopped_among
from invoicing_site.reports.timeline import TimelineRow
from invoicing_site.reports.titles import title
from invoicing_site.states import Bounce, MailState
from invoicing_site.web import OfficeRequest
from invoicing_site.wiring import MAILS, SUBJECTS

# What somebody should look at, until a later mail to the same address went out.
TROUBLE = (MailState.FAILED, MailState.UNCERTAIN, MailState.BOUNCED)
ATTENTION = "attention"
RECENT = dt.timedelta(days=30)
MOST = 99

TONES: dict[str, str] = {
    MailState.QUEUED: "info",
    MailState.SENDING: "info",
    MailState.ACCEPTED: "good",
    MailState.UNCERTAIN: "warn",
    MailState.FAILED: "bad",
    MailState.BOUNCED: "bad",
    MailState.CANCELLED: "neutral",
}
NAMES: dict[str, str | Promise] = {
    MailState.QUEUED: _("Waiting"),
    MailState.SENDING: _("Being sent"),
    MailState.ACCEPTED: _("Sent"),
    MailState.UNCERTAIN: _("Perhaps sent"),
    MailState.FAILED: _("Failed"),
    MailState.BOUNCED: _("Came back"),
    MailState.CANCELLED: _("Cancelled"),
}
STATES = [("", _("All")), (ATTENTION, _("To look at")), *NAMES.items()]


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail with its badge, the instant that matters now, and what there is to say. `stopped` is the row that keeps its
    address from being written to, if one does."""

    mail: Any
    badge: str
    tone: str
    at: dt.datetime
    later: bool
    words: str
    stopped: Any = None

    @property
    def may_undo(self) -> bool:
        return bool(self.mail.state == MailState.QUEUED)

    @property
    def may_settle(self) -> bool:
        return bool(self.mail.state == MailState.UNCERTAIN)

    @property
    def may_resend(self) -> bool:
        over = (MailState.ACCEPTED, MailState.FAILED, MailState.BOUNCED, MailState.CANCELLED)
        return self.stopped is None and self.mail.state in over and again(self.mail.kind)


def shown(company: Company | None, rows: Iterable[Any], now: dt.datetime) -> list[Shown]:
    """`rows` of `company` with their words; one query beside their own, none where there is no row."""
    mails = list(rows)
    stopped = stopped_among(company, [mail.recipient for mail in mails]) if mails else {}
    return [_shown(mail, stopped.get(mail.recipient.lower()), now) for mail in mails]


def _shown(mail: Any, stopped: Any, now: dt.datetime) -> Shown:
    later = bool(mail.state == MailState.QUEUED and mail.due_at > now)
    at = mail.due_at if later else mail.accepted_at or mail.created_at
    return Shown(mail, str(NAMES[mail.state]), TONES[mail.state], at, later, words_of(mail), stopped)


def words_of(mail: Any) -> str:
    """What went wrong, in the reader's language: our own sentence where we refused, else what the mail server said."""
    raw = mail.error or mail.response
    said = sentence(BusinessError(raw)) if raw in SENTENCES else raw
    match mail.state:
        case MailState.BOUNCED if mail.bounce == Bounce.HARD:
            return _joined(gettext("The address does not take mail."), said)
        case MailState.BOUNCED:
            return _joined(
                gettext("It could not be delivered for now: a full mailbox, or a server that was away."), said
            )
        case MailState.UNCERTAIN:
            return gettext("The connection broke while it was handed over. Ask the recipient whether it arrived.")
        case MailState.FAILED:
            return _joined("", said) or gettext("It could not be sent.")
        case MailState.QUEUED if mail.error in SENTENCES:
            return said
        case MailState.QUEUED if mail.error:
            return _joined(gettext("It is tried again."), said)
        case _:
            return ""


def _joined(own: str, said: str) -> str:
    return f"{own} {said}".strip()


def again(kind: str) -> bool:
    """Whether a mail of `kind` can be sent a second time: what was secret in it is gone by then."""
    return kind in MAILS and MAILS[kind].again


def kinds() -> list[tuple[str, str]]:
    """Kinds of mail with their labels, by label."""
    return sorted(((kind, gettext(made.label)) for kind, made in MAILS.items()), key=lambda pair: pair[1])


def kind_label(kind: str) -> str:
    return gettext(MAILS[kind].label) if kind in MAILS else kind


def filtered(company: Company, wanted: Mapping[str, Any]) -> "QuerySet[Any]":
    """The company's mails that match cleaned filters; `q` is part of the recipient's address."""
    rows: QuerySet[Any] = Mail.objects.for_company(company)
    if wanted.get("state") == ATTENTION:
        rows = to_look_at(rows)
    elif wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("q"):
        rows = rows.annotate(upper=Upper("recipient")).filter(upper__contains=wanted["q"].strip().upper())
    return rows


def to_look_at(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those in trouble that no later mail about the same thing to the same address, and no resend, has replaced."""
    same = {name: OuterRef(name) for name in ("company", "subject", "kind", "recipient")}
    later = Mail.objects.filter(**same, pk__gt=OuterRef("pk"))
    again = Mail.objects.filter(resend_of=OuterRef("pk"))
    return rows.filter(state__in=TROUBLE).filter(~Exists(later), ~Exists(again))


def subjects(company: Company, mails: Iterable[Any]) -> dict[uuid.UUID, tuple[str, str]]:
    """Label and page of what each mail is about, where a floor knows it (wiring.SUBJECTS); one query per kind of subject."""
    wanted: dict[str, list[uuid.UUID]] = {}
    for mail in mails:
        wanted.setdefault(mail.subject_kind, []).append(mail.subject)
    found: dict[uuid.UUID, tuple[str, str]] = {}
    for kind, ids in wanted.items():
        if kind in SUBJECTS:
            found |= import_string(SUBJECTS[kind])(company, ids)
    return found


def work(request: OfficeRequest) -> list[Figure]:
    """Mails of the last month that somebody should look at; nothing where there are none. One statement."""
    if not request.may("documents.view"):
        return []
    rows = Mail.objects.for_company(request.company).filter(created_at__gte=clock.now() - RECENT)
    count = len(to_look_at(rows).values_list("pk")[: MOST + 1])
    if not count:
        return []
    url = reverse("office:mails", args=[request.company.slug]) + f"?state={ATTENTION}"
    note = gettext("did not arrive, or perhaps not")
    text = str(count) if count <= MOST else f"{MOST}+"
    return [Figure(gettext("E-mails to look at"), text=text, note=note, url=url, tone="bad")]


def history(company: Company, mail: Any) -> list[TimelineRow]:
    """What happened to one mail, newest first; one query."""
    events = Event.objects.filter(company=company, subject=mail.subject, data__mail=str(mail.uuid))
    rows = []
    for event in events.select_related("actor").order_by("-id"):
        text, icon, tone = title(event.type)
        rows.append(TimelineRow(event.occurred_at, str(event.actor or ""), str(text), icon=icon, tone=tone))
    return rows
