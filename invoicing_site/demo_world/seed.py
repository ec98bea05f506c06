"""Making the demo's data, once: all of it or nothing, in one transaction."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils.module_loading import import_string

from invoicing_site.actions.outbox import spread
from invoicing_site.demo import seed_person
from invoicing_site.demo_world.cast import PLATFORM_ADMIN, SCRIPTS
from invoicing_site.demo_world.companies import found, plan_office
from invoicing_site.demo_world.world import World
from invoicing_site.events import left_to_the_sweeper, publish
from invoicing_site.models import Company, Event
from invoicing_site.wiring import SEED

DONE = "demo.seeded"
PACE = dt.timedelta(seconds=2)  # from one old document's PDF to the next; who opens one gets it at once


def seeded() -> bool:
    return Event.objects.filter(company=None, type=DONE).exists()


def seed(*, now: dt.datetime, scale: float = 1.0) -> bool:
    """Tell the whole story up to the day before `now`; False when that was done before.

    Everything follows from the date of `now` (UTC) and `scale`. One transaction: a run that breaks leaves nothing, so
    the next one starts clean; two at a time wait for each other. Raises ImproperlyConfigured outside demo and tests, and
    in a database with companies of its own. Publishes demo.seeded (installation's chain).
    """
    if not (settings.DEMO or settings.TESTING):
        raise ImproperlyConfigured("Demo data is made only with INVOICING_MODE=demo.")
    if seeded():
        return False
    with transaction.atomic(), left_to_the_sweeper():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [DONE])
        if seeded():
            return False
        if Company.objects.exists():
            raise ImproperlyConfigured("This database holds companies of its own: the demo wants an empty one.")
        admin = seed_person(email=PLATFORM_ADMIN[0], name=PLATFORM_ADMIN[1], platform_admin=True)
        world = World(now.date(), scale)
        tell(world)
        spread(queue="render", keep=0, every=PACE, actor=None, at=now)
        publish(DONE, subject=("user", admin.uuid), data={"day": world.today.isoformat()}, actor=None, at=now)
    return True


def tell(world: World) -> None:
    """Found the companies, let every floor plan its part (wiring.SEED), then let it all happen."""
    for script in SCRIPTS:
        firm = found(world, script)
        world.firms.append(firm)
        plan_office(world, firm, script)
    for path in SEED:
        import_string(path)(world)
    world.run()
