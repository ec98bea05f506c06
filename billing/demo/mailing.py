"""The mails of the demo: the newest documents were sent, with every end a mail can have."""

import datetime as dt

from billing.actions.send import send_document
from billing.demo.sale import Sale
from invoicing_site.actions.mail import cancel
from invoicing_site.actions.mail_bounces import mark_bounced
from invoicing_site.actions.mail_states import claim, finish
from invoicing_site.demo_world.world import Firm, World, working_day
from invoicing_site.models import Mail
from invoicing_site.rules.mail import Verdict
from invoicing_site.states import Role

# How the mails went, the oldest first; those of the newest documents still wait and are really sent.
ENDS = ("accepted", "hard", "accepted", "refused", "accepted", "soft", "accepted", "lost", "cancelled", "accepted")
WAITING = 3
ANSWERS = {
    "accepted": (Verdict.ACCEPTED, "250 2.0.0 Ok: queued"),
    "refused": (Verdict.FAILED, "554 5.7.1 Message rejected: content refused by policy"),
    "lost": (Verdict.UNCERTAIN, "SMTPServerDisconnected: Connection unexpectedly closed"),
}
BOUNCES = {"hard": "550 5.1.1 User unknown", "soft": "452 4.2.2 Mailbox full"}


def mails(world: World) -> None:
    """Plan one mail for each of the last customers who were billed."""
    for firm in world.firms:
        chosen = list(_last_of_each(world, firm).values())[-len(ENDS) - WAITING :]
        waiting = min(WAITING, len(chosen))
        for sale, end in zip(chosen[: len(chosen) - waiting], ENDS, strict=False):
            # Who pays late may come into the portal, and a stopped address gets no code.
            _plan(world, firm, sale, "soft" if end == "hard" and sale.customer.pays == "late" else end)
        for number, sale in enumerate(chosen[len(chosen) - waiting :]):
            _plan_waiting(world, firm, sale, later=number == 0)


def _last_of_each(world: World, firm: Firm) -> dict[str, Sale]:
    """Customer's address → their newest ordinary document; the oldest document first."""
    found: dict[str, Sale] = {}
    for sale in firm.sales:
        ordinary = sale.end == "issued" and not sale.piece and sale.customer.details.email
        if ordinary and sale.day < world.last:
            found.pop(sale.customer.details.email, None)
            found[sale.customer.details.email] = sale
    return found


def _send(firm: Firm, sale: Sale, on: dt.datetime, at: dt.datetime) -> Mail:
    clerk, address = firm.people[Role.CLERK], sale.customer.details.email
    return send_document(
        company=firm.company, document_uuid=sale.stored.uuid, recipients=[address], on=on, actor=clerk, at=at
    )[0]


def _plan(world: World, firm: Firm, sale: Sale, end: str) -> None:
    sent: list[Mail] = []

    def send(at: dt.datetime) -> None:
        mail = _send(firm, sale, at, at)
        sent.append(mail)
        if end == "cancelled":
            cancel(company=firm.company, mail=mail.uuid, actor=firm.people[Role.ACCOUNTANT], at=at)
            return
        verdict, answer = ANSWERS.get(end, ANSWERS["accepted"])
        claimed = claim(mail_id=mail.pk, actor=None, at=at)
        assert claimed is not None
        finish(mail=claimed, verdict=verdict, response=answer, actor=None, at=at)

    def come_back(at: dt.datetime) -> None:
        if sent:
            mark_bounced(mail=sent[0].uuid, hard=end == "hard", said=BOUNCES[end], actor=None, at=at)

    world.plan(firm, sale.day, "16:50", send)
    if end in BOUNCES:
        world.plan(firm, working_day(sale.day + dt.timedelta(days=1)), "08:05", come_back)


def _plan_waiting(world: World, firm: Firm, sale: Sale, later: bool) -> None:
    """Sent yesterday evening, so the demo's worker takes it at its start; one is meant for in two days."""

    def send(at: dt.datetime) -> None:
        _send(firm, sale, at + dt.timedelta(days=2) if later else at, at)

    world.plan(firm, world.last, "18:10", send)
