"""Is this process alive, and can it do its work? (SPEC O3)"""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from invoicing_site.celery import app
from invoicing_site.web import public

TEXT = "text/plain; charset=utf-8"


@public(methods=("GET",))
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; asks nobody else."""
    return HttpResponse("ok", content_type=TEXT)


@public(methods=("GET",))
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database and broker answer, else 503 naming which one does not."""
    states = {name: _answers(ask) for name, ask in {"database": _ask_database, "broker": _ask_broker}.items()}
    body = "".join(f"{name}: {'ok' if good else 'no answer'}\n" for name, good in states.items())
    return HttpResponse(body, status=200 if all(states.values()) else 503, content_type=TEXT)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:  # whatever a driver raises, the answer to the probe is no
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with app.connection_for_write(transport_options={"socket_connect_timeout": 2, "socket_timeout": 2}) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
