"""payments → billing → clients → invoicing_site, and inside each app from its doors down to its rules."""

import ast

import pytest

from tests.house.source import APPS, RANK, ROOMS, files, imports, room, text, tree

FORBIDDEN_IN_RULES = ("django", "celery", "redis", "requests", "psycopg", "datetime.datetime.now", "time")


def test_imports_run_downwards_between_apps() -> None:
    upward = [
        f"{name}:{line} imports {module}"
        for name in files()
        for line, module in imports(name)
        if name.split("/")[0] in APPS
        and module.split(".")[0] in RANK
        and RANK[module.split(".")[0]] > RANK[name.split("/")[0]]
    ]
    assert upward == []


def test_imports_run_downwards_between_rooms() -> None:
    upward = []
    for name in files():
        here = room(name)
        for line, module in imports(name):
            there = room(module)
            if here and there and here[0] == there[0] and ROOMS[there[1]] > ROOMS[here[1]]:
                upward.append(f"{name}:{line} imports {module}")
    assert upward == []


@pytest.mark.parametrize("name", [name for name in files() if "/rules/" in name or name == "invoicing_site/money.py"])
def test_rules_are_pure(name: str) -> None:
    impure = [module for _, module in imports(name) if module.startswith(FORBIDDEN_IN_RULES)]
    rooms = {there[1] for _, module in imports(name) if (there := room(module))}
    assert impure == []
    assert rooms <= {"rules"}


WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "_raw_delete"}
# Writers that are not verbs: the frames verbs stand on, and Django's own doors (sign-in, sessions, key making).
WRITERS = {
    "invoicing_site/events.py",
    "invoicing_site/files.py",
    "invoicing_site/once.py",
    "invoicing_site/models/datakey.py",
    "invoicing_site/models/user.py",
    "invoicing_site/accounts.py",
    "invoicing_site/views/stepup.py",
    "invoicing_site/demo.py",
}


def test_only_actions_write() -> None:
    """A call like `X.objects.create(…)` or `row.save()` stands in actions/; forms, views and tasks call verbs."""
    found = []
    for name in files():
        parts = name.split("/")
        if parts[0] not in APPS or "actions" in parts or name in WRITERS or "demo" in name:
            continue
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                target = ast.unparse(node.func.value)
                updates = node.func.attr == "update" and ".objects" in target
                if node.func.attr == "save" and node.args:
                    continue  # a picture, into a buffer; rows are saved by keyword
                if updates or (node.func.attr in WRITES and "cache" not in target and "super()" not in target):
                    found.append(f"{name}:{node.lineno} {target}.{node.func.attr}")
    assert found == []


def test_every_public_verb_is_an_action_with_a_promise() -> None:
    """Public functions of actions/ that take an actor and business time are @action and say what they promise."""
    missing = []
    for name in files():
        if "/actions/" not in name:
            continue
        for node in tree(name).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            takes = {argument.arg for argument in node.args.kwonlyargs}
            if {"actor", "at"} <= takes and not node.args.args:
                marks = [ast.unparse(mark) for mark in node.decorator_list]
                if "action" not in marks:
                    missing.append(f"{name} {node.name} is no @action")
                if not ast.get_docstring(node):
                    missing.append(f"{name} {node.name} says nothing")
    assert missing == []


def test_money_never_is_a_float() -> None:
    assert [name for name in files() if name.split("/")[0] in APPS and "float(" in text(name)] == []


def test_wall_clock_is_read_in_one_place() -> None:
    readers = [
        f"{name}:{node.lineno}"
        for name in files()
        if name.split("/")[0] in APPS and name != "invoicing_site/clock.py"
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"timezone.now", "dt.datetime.now", "datetime.now", "dt.date.today", "date.today"}
    ]
    assert readers == []
