import datetime as dt

import pytest

from invoicing_site.demo_world.world import Firm, World, moment, month_before, working_day
from invoicing_site.models import Company

DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(800)]


@pytest.mark.parametrize("today", DAYS[::37])
def test_the_story_begins_eighteen_months_before_and_ends_yesterday(today: dt.date) -> None:
    world = World(today)
    months = list(world.months())
    assert months[0] == world.start == month_before(today, 18)
    assert months[-1] == world.last.replace(day=1)
    assert world.last == today - dt.timedelta(days=1)
    assert len(months) == (18 if today.day == 1 else 19)


def test_acts_three_days_apart_never_meet() -> None:
    for today in DAYS[:14]:
        world = World(today)
        for ago in range(3, 150):
            earlier, later = world.ago(ago), world.ago(ago - 3)
            assert earlier < later
            assert {earlier.weekday(), later.weekday()} <= {0, 1, 2, 3, 4}


def test_a_weekend_moves_to_monday_or_back_to_friday() -> None:
    saturday = dt.date(2026, 3, 14)
    assert (working_day(saturday), working_day(saturday, -1)) == (dt.date(2026, 3, 16), dt.date(2026, 3, 13))
    assert working_day(dt.date(2026, 3, 16)) == dt.date(2026, 3, 16)


def test_a_moment_is_read_on_the_company_s_clock() -> None:
    berlin, new_york = Company(time_zone="Europe/Berlin"), Company(time_zone="America/New_York")
    assert moment(berlin, dt.date(2026, 7, 1), "09:00") == dt.datetime(2026, 7, 1, 7, tzinfo=dt.UTC)
    assert moment(new_york, dt.date(2026, 1, 5), "09:00") == dt.datetime(2026, 1, 5, 14, tzinfo=dt.UTC)


def test_what_happens_is_ordered_by_business_time_and_stops_with_the_story() -> None:
    world = World(dt.date(2026, 3, 16))
    berlin = Firm("berlin", Company(time_zone="Europe/Berlin"))
    new_york = Firm("newyork", Company(time_zone="America/New_York"))
    heard: list[str] = []
    day = dt.date(2026, 3, 12)
    world.plan(new_york, day, "09:00", lambda at: heard.append("New York"))
    world.plan(berlin, day, "10:00", lambda at: heard.append("Berlin"))
    world.plan(berlin, world.today, "08:00", lambda at: heard.append("today"))
    world.plan(
        berlin, day, "08:00", lambda at: world.plan(berlin, day, "09:00", lambda at: heard.append("planned by an act"))
    )
    world.run()
    assert heard == ["planned by an act", "Berlin", "New York"]


def test_every_part_of_the_story_draws_from_its_own_stream() -> None:
    one, other = World(dt.date(2026, 3, 16)), World(dt.date(2026, 3, 16), 0.05)
    assert one.rng("berlin", 1).random() == other.rng("berlin", 1).random()
    assert one.rng("berlin", 1).random() != one.rng("berlin", 2).random()
