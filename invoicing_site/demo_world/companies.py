"""Founding the demo's companies, their people joining, the books closing month after month."""

import datetime as dt

from invoicing_site.actions.bank_accounts import add_bank_account
from invoicing_site.actions.companies import change_logo, create_company
from invoicing_site.actions.invitations import accept_invitation, invite
from invoicing_site.actions.people import review_access
from invoicing_site.actions.periods import close_books
from invoicing_site.demo import seed_person
from invoicing_site.demo_world.cast import Person, Script
from invoicing_site.demo_world.logo import logo
from invoicing_site.demo_world.world import Firm, World, moment, month_before
from invoicing_site.models import Company, User
from invoicing_site.states import Role

AUDIT = dt.timedelta(days=60)  # how long the auditor may still look


def found(world: World, script: Script) -> Firm:
    """Make the company on the first morning of the story; the people follow on the agenda of that day."""
    zone = Company(time_zone=script.details["time_zone"])
    at = moment(zone, world.start, "08:00")
    company = create_company(actor=None, at=at, **script.details)
    firm = Firm(script.key, company)
    for number, person in enumerate(script.people):
        firm.people[person.role] = _join(firm, person, world, at + dt.timedelta(minutes=10 * number + 10))
    _equip(firm, script, moment(company, world.start, "08:55"))
    return firm


def _join(firm: Firm, person: Person, world: World, at: dt.datetime) -> User:
    last_day = world.today + AUDIT if person.role == Role.AUDITOR else None
    owner = firm.people.get(Role.OWNER)
    invitation = invite(
        company=firm.company, email=person.email, role=person.role, membership_expires_on=last_day, actor=owner, at=at
    )
    user = seed_person(email=person.email, name=person.name, language=firm.company.language)
    accept_invitation(invitation=invitation.uuid, actor=user, at=at + dt.timedelta(minutes=5))
    return user


def _equip(firm: Firm, script: Script, at: dt.datetime) -> None:
    company, owner = firm.company, firm.people[Role.OWNER]
    firm.company = change_logo(company_id=company.pk, picture=logo(*script.logo), actor=owner, at=at)
    for bank in script.banks:
        add_bank_account(company_id=company.pk, actor=owner, at=at, **bank)


def plan_office(world: World, firm: Firm, script: Script) -> None:
    """What happens beside the sales: books closed a month behind, access reviewed, somebody invited who has not come yet."""
    company, owner, accountant = firm.company, firm.people[Role.OWNER], firm.people[Role.ACCOUNTANT]
    for month in world.months():
        evening = month_before(month, -1) - dt.timedelta(days=1)
        through = month - dt.timedelta(days=1)
        if through >= world.start:
            # Bound now: the loop moves on before the act happens.
            def close(at: dt.datetime, through: dt.date = through) -> None:
                close_books(company_id=company.pk, through=through, actor=accountant, at=at)

            world.plan(firm, evening, "17:45", close)
    world.plan(firm, world.ago(61), "09:05", lambda at: review_access(company=company, actor=owner, at=at))
    world.plan(
        firm,
        world.last,
        "11:20",
        lambda at: invite(company=company, email=script.invited, role=Role.CLERK, actor=owner, at=at),
    )
