"""Whether a link was looked at today."""

import datetime as dt
from zoneinfo import ZoneInfo

from invoicing_site.models import Event, Link


def noted(link: Link, at: dt.datetime) -> bool:
    """Whether a look through `link` stands on the timeline already for this day of the company's zone. One query."""
    zone = ZoneInfo(link.company.time_zone)
    midnight = dt.datetime.combine(at.astimezone(zone).date(), dt.time(), zone)
    rows = Event.objects.filter(subject=link.subject, type="document.viewed", occurred_at__gte=midnight)
    return bool(rows.filter(data__link=str(link.uuid)).exists())
