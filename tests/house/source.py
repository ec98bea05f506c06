"""The project's own Python files, parsed once."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("invoicing_site", "clients", "billing", "payments")
RANK = {name: place for place, name in enumerate(APPS)}
# Rooms of one number stand side by side (DESIGN §1).
ROOMS = {
    **{"states": 0, "rules": 1, "models": 2, "tax_engines": 2, "documents": 3, "reports": 3, "actions": 4, "forms": 5},
    **{"views": 6, "admin": 6, "tasks": 6, "urls": 7},
}


@cache
def files() -> tuple[str, ...]:
    """Every Python file of the four apps and the tools that git knows or would add, without migrations."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return tuple(
        sorted(
            name
            for name in listed
            if name.split("/")[0] in (*APPS, "tools") and "/migrations/" not in name and (ROOT / name).exists()
        )
    )


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name))


@cache
def imports(name: str) -> tuple[tuple[int, str], ...]:
    """(line, dotted module) of every import in the file, inner ones included; names from packages count as modules too."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
    return tuple(found)


def room(name: str) -> tuple[str, str] | None:
    """(app, room) of a file or dotted module inside an app's rooms."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    if len(parts) < 2 or parts[0] not in APPS:
        return None
    return (parts[0], parts[1]) if parts[1] in ROOMS else None
