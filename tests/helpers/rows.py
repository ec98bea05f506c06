"""Everything stored, and what a request did to it, in a shape two runs of the same request can be compared in."""

import json
import re
from collections import Counter
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Any instant of this century's later decades: two runs are never quite at the same time. A forged one is older.
INSTANT = re.compile(r"20[2-9][0-9]-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]+\+00:00")
# Ciphertexts, salts, and digests over uuids.
DIGEST = re.compile(r"\\\\x[0-9a-f]{16,}|[0-9a-f]{56,}")
# A sign-in and what it says at the top of the next page are no rows of the books.
BESIDE = {"django_session", "usersessions_usersession", "django_content_type", "auth_permission", "django_migrations"}

Rows = dict[str, list[dict[str, Any]]]


@cache
def tables() -> dict[str, dict[str, str]]:
    """Every table with the table each of its columns points at; a history's `id` points at the row it tells of."""
    found: dict[str, dict[str, str]] = {}
    for model in apps.get_models(include_auto_created=True):
        targets = {
            field.column: field.related_model._meta.db_table
            for field in model._meta.concrete_fields
            if field.is_relation and field.related_model
        }
        if past := getattr(model, "instance_type", None):
            targets["id"] = past._meta.db_table
        found[model._meta.db_table] = targets
    return {name: targets for name, targets in found.items() if name not in BESIDE}


def stored() -> Rows:
    """All rows of all tables; one statement."""
    parts = " UNION ALL ".join(f"SELECT '{name}', to_jsonb(t)::text FROM \"{name}\" t" for name in tables())
    rows: Rows = {name: [] for name in tables()}
    with connection.cursor() as cursor:
        cursor.execute(parts)
        for name, text in cursor.fetchall():
            rows[name].append(json.loads(text))
    return rows


def print_of(rows: Rows) -> Counter[str]:
    """The rows as they are, for "nothing changed"."""
    return Counter(f"{name} {json.dumps(row, sort_keys=True)}" for name, found in rows.items() for row in found)


def done(before: Rows, after: Rows) -> Counter[str]:
    """What is in `after` and was not `before`, and the other way round; ids and uuids given out meanwhile are blotted out."""
    old = {name: {row.get("id") for row in found} for name, found in before.items()}
    known = set(UUID.findall(json.dumps(before)))
    lost, made = print_of(before), print_of(after)
    result: Counter[str] = Counter({f"- {row}": count for row, count in (lost - made).items()})
    for name, found in after.items():
        for row in found:
            if f"{name} {json.dumps(row, sort_keys=True)}" not in lost:
                result[f"+ {name} {_blotted(name, row, old, known)}"] += 1
    return result


def _blotted(name: str, row: dict[str, Any], old: dict[str, set[Any]], known: set[str]) -> str:
    targets = tables()[name]
    shown = dict(row)
    for column, value in row.items():
        target = targets.get(column, name if column in ("id", "history_id") else "")
        own = column == "history_id"
        if target and isinstance(value, int) and (own or value not in old.get(target, set())):
            shown[column] = "new"
        if column == "request_hash":  # of the whole form, fields nobody reads included
            shown[column] = "hash"
    text = DIGEST.sub("bytes", INSTANT.sub("now", json.dumps(shown, sort_keys=True)))
    return UUID.sub(lambda hit: hit[0] if hit[0] in known else "new", text)
