"""Logs as one JSON object a line, newline-safe, with the request id; never personal data or secrets (FAULTS 59)."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_LINKS = re.compile(r"(/invitation/|/l/|/accounts/confirm-email/|/accounts/password/reset/key/)[^/\s\"']{8,}")
# What people look for is somebody's name or address.
_QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")

# PostgreSQL repeats the refused row behind "DETAIL:"; a traceback goes on after an empty line.
_ROWS = re.compile(r"\nDETAIL:.*?(?=\n\n(?:The above|During)|\Z)", re.S)


def hide_rows(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep which rule of the database was broken and where, not whose data broke it."""
    for name in ("exception", "event"):
        if isinstance(event.get(name), str):
            event[name] = _ROWS.sub("\nDETAIL: …", event[name])
    return event


def hide_links(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the token out of links that open a door by themselves, and what was asked, wherever a path is logged."""
    for name, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[name] = _QUERY.sub(r"\1?…", _LINKS.sub(r"\1…", value))
    return event


SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_links,
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


class JSONFormatter(structlog.stdlib.ProcessorFormatter):
    """Formatter for the standard library's handlers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                hide_rows,
                structlog.processors.JSONRenderer(),
            ],
        )
