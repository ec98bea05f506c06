"""Lists in pages, newest first, and `expand`."""

import json
from typing import Any

from . import form
from .form import Spec, invalid
from .store import Body, Store

MOMENT: Spec = dict.fromkeys(("gt", "gte", "lt", "lte"), form.integer)
SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PREFIXES = {"cs_": "checkout.session", "pi_": "payment_intent", "ch_": "charge", "re_": "refund"}
BODY_FILTERS = ("payment_intent", "charge", "status", "type")


def _created(value: Any, param: str) -> Any:
    return form.checked(value, MOMENT, param) if isinstance(value, dict) else form.integer(value, param)


LIST: Spec = {
    "limit": form.integer, "starting_after": form.text, "ending_before": form.text, "created": _created, "expand": [form.text],
}  # fmt: skip


def page_of(store: Store, account: str, kind: str, path: str, given: Body) -> Body:
    """One page of a list. Raises Refusal for a limit outside 1 to 100 and for a cursor of nothing."""
    limit = given.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Limit must be between 1 and 100", "limit", "parameter_invalid_integer")
    where: list[tuple[str, Any]] = []
    created = given.get("created", {})
    for sign, moment in (created if isinstance(created, dict) else {"eq": created}).items():
        where.append((f"created {SIGNS.get(sign, '=')} ?", moment))
    for name in BODY_FILTERS:
        if name in given:
            where.append(_matching(name, given[name]))
    if types := given.get("types"):
        if len(types) > 20:
            raise invalid("You may pass at most 20 types", "types")
        where.append(("json_extract(body, '$.type') IN (SELECT value FROM json_each(?))", json.dumps(types)))
    if "delivery_success" in given:
        sign = "=" if given["delivery_success"] == "true" else ">"
        where.append((f"json_extract(body, '$.pending_webhooks') {sign} ?", 0))
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in given:
            if store.find(kind, given[name], account) is None:
                raise invalid(f"No such {kind}: '{given[name]}'", name, "resource_missing")
            where.append((f"seq {sign} (SELECT seq FROM object WHERE id = ?)", given[name]))
    if "ending_before" in given:  # the page that lies directly before the cursor, still newest first
        newer = store.listed(kind, account, where, limit=100_000)
        rows, more = newer[-limit:], len(newer) > limit
    else:
        found = store.listed(kind, account, where, limit=limit + 1)
        rows, more = found[:limit], len(found) > limit
    return {"object": "list", "url": path, "has_more": more, "data": rows}


def _matching(name: str, value: Any) -> tuple[str, Any]:
    if name == "type" and str(value).endswith(".*"):
        return "json_extract(body, '$.type') LIKE ?", f"{value[:-1]}%"
    return f"json_extract(body, '$.{name}') = ?", value


def expanded(store: Store, account: str, body: Body, paths: list[str]) -> Body:
    """Put objects in the place of their ids: `payment_intent.latest_charge`, in lists `data.payment_intent`."""
    for path in paths:
        _expand(store, account, body, path.split("."), path)
    return body


def _expand(store: Store, account: str, body: Any, names: list[str], path: str) -> None:
    if isinstance(body, list):
        for each in body:
            _expand(store, account, each, names, path)
        return
    first, *rest = names
    if not isinstance(body, dict) or first not in body:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    value = body[first]
    if isinstance(value, str):
        kind = PREFIXES.get(value[:3])
        found = store.find(kind, value, account) if kind else None
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        body[first] = value = found
    if rest and value is not None:
        _expand(store, account, value, rest, path)
