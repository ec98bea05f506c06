"""What the papers say is true: codes have sentences, events and settings are documented, the map shows what is there."""

import ast
import re

import pytest

from invoicing_site.messages import SENTENCES
from tests.house.source import APPS, ROOT, files, text, tree


def codes() -> dict[str, str]:
    """Every literal code of BusinessError and where it is raised."""
    found = {}
    for name in files():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("BusinessError") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found[first.value] = f"{name}:{node.lineno}"
    return found


def test_every_refusal_has_a_sentence() -> None:
    assert {code: place for code, place in codes().items() if code not in SENTENCES} == {}


def test_sentences_end_and_say_what_to_do() -> None:
    assert [code for code, words in SENTENCES.items() if not re.search(r"[.)s]$", str(words))] == []


def event_types() -> set[str]:
    found = set()
    for name in files():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "publish" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found | {"document.issued"}


def test_every_event_is_documented() -> None:
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    assert {name for name in event_types() if f"`{name}`" not in page} == set()


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    named = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text("invoicing_site/settings.py")))
    assert named
    assert {name for name in named if f"`{name}`" not in page} == set()


def test_the_map_shows_every_room() -> None:
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    folders = {"/".join(name.split("/")[:2]) for name in files() if name.count("/") >= 2 and name.split("/")[0] in APPS}
    assert {folder for folder in folders if f"`{folder}/`" not in page} == set()


def test_paths_named_in_the_papers_exist() -> None:
    missing = []
    for paper in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for path in re.findall(
            r"`((?:invoicing_site|clients|billing|payments|tools|tests|docs|benchmarks|deploy)/[\w./-]*)`",
            paper.read_text("utf-8"),
        ):
            if not (ROOT / path).exists():
                missing.append(f"{paper.name}: {path}")
    assert missing == []


def test_every_posting_is_in_the_table() -> None:
    page = (ROOT / "docs" / "accounting.md").read_text("utf-8")
    functions = [
        node.name
        for node in tree("billing/rules/posting.py").body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert [name for name in functions if f"`{name}`" not in page] == []


@pytest.mark.parametrize("app", APPS)
def test_migrations_have_one_named_leaf(app: str) -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    leaves = loader.graph.leaf_nodes(app)
    assert len(leaves) == 1
    assert all("auto_" not in name for label, name in loader.disk_migrations if label == app)


def test_templates_hold_no_inline_script_or_style() -> None:
    wrong = []
    for file in sorted((ROOT / "templates").rglob("*.html")):
        content = file.read_text("utf-8")
        for pattern in (
            r"<[a-z][^<>]*\sstyle=",
            r"<[a-z][^<>]*\son[a-z]+=",
            r"<style",
            r"<script(?![^>]*(\bsrc=|application/json))",
            r"hx-on",
            r"javascript:",
        ):
            if re.search(pattern, re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", content, flags=re.DOTALL)):
                wrong.append(f"{file.relative_to(ROOT)}: {pattern}")
    assert wrong == []
