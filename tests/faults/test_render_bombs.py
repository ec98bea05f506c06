"""Documents and logos made to eat the renderer: refused with a reason, in time, with the parent flat (rows 41, 52)."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from billing.documents.html import ROOT
from tests.helpers.bombs import BOMBS

QUICK = ["billion_laughs", "uses_doubling", "gradient_repeated", "deep_nesting", "png_of_a_gigabyte"]
WHOLE = [bomb.__name__ for bomb in BOMBS]


def renderer(program: str, **environment: str) -> list[str]:
    """The lines `program` prints in a process of its own; `attempt(snapshot, assets)` tells how a forked render went."""
    start = """
        import logging, sys, time, warnings
        from hashlib import sha256
        from billing.documents.pdf import render, warm
        from billing.documents.view import document_view
        from invoicing_site import fork
        from tests.helpers.bombs import BOMBS
        from tests.helpers.papers import CREATED, facts, line, parties

        def rss():
            return int(open("/proc/self/statm").read().split()[1]) * 4096 // 2**20

        def attempt(snapshot, assets=None, **limits):
            view = document_view(snapshot, parties())
            try:
                document = fork.run(lambda: render(view, assets=assets or {}, created=CREATED), **limits)
            except fork.RenderFailed as failed:
                return f"{failed.reason} {failed.detail}".strip()
            return document if document.startswith(b"%PDF-1.7") and document.rstrip().endswith(b"%%EOF") else "not a PDF"

        """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(start) + textwrap.dedent(program)],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def explode(names: list[str], limits: str) -> list[list[str]]:
    return [
        answer.split("|")
        for answer in renderer(
            f"""
            warm()
            plain = attempt(facts(3))
            for bomb in [bomb for bomb in BOMBS if bomb.__name__ in {names!r}]:
                logo = bomb()
                digest, before, start = sha256(logo).hexdigest(), rss(), time.monotonic()
                answer = attempt(facts(1, logo=digest), {{digest: logo}}, {limits})
                took, grown = time.monotonic() - start, rss() - before
                after = attempt(facts(3)) == plain
                print(bomb.__name__, "PDF" if isinstance(answer, bytes) else answer, took, grown, after, sep="|")
            """
        )
    ]


def assert_contained(answers: list[list[str]], names: list[str], seconds: float) -> None:
    assert [answer[0] for answer in answers] == names
    for name, outcome, took, grown, after in answers:
        reason = outcome.split()[0]
        assert reason in {"PDF", "cpu", "memory", "wall", "error", "crash"}, name
        assert float(took) <= seconds, name
        assert int(grown) <= 5, name
        assert after == "True", name


def test_a_few_bombs_are_contained() -> None:
    answers = explode(QUICK, "cpu_seconds=2, wall_seconds=6, memory_mb=256")
    assert_contained(answers, QUICK, 7)
    assert {name: outcome.split(" at ")[0] for name, outcome, *_ in answers} == {
        "billion_laughs": "error logo_unusable",
        "uses_doubling": "cpu",
        "gradient_repeated": "memory",
        "deep_nesting": "error RecursionError",
        "png_of_a_gigabyte": "error logo_unusable",
    }


@pytest.mark.nightly
def test_every_bomb_is_contained_by_the_ordinary_limits() -> None:
    assert_contained(explode(WHOLE, ""), WHOLE, 21)


def test_hundreds_of_lines_print() -> None:
    (pages,) = renderer(
        """
        warm()
        print(isinstance(attempt(facts(300)), bytes))
        """
    )
    assert pages == "True"


def test_more_lines_than_the_limits_allow_are_refused() -> None:
    (answer,) = renderer("warm(); print(attempt(facts(2000), cpu_seconds=1))")
    assert answer == "cpu"


@pytest.mark.nightly
def test_five_thousand_lines_print_or_are_refused_in_time() -> None:
    took, grown, answer = renderer(
        """
        warm()
        before, start = rss(), time.monotonic()
        answer = attempt(facts(5000))
        print(time.monotonic() - start, rss() - before, sep="\\n")
        print("PDF" if isinstance(answer, bytes) else answer)
        """
    )
    assert float(took) <= 21
    assert int(grown) <= 10
    assert answer in {"PDF", "cpu", "wall", "memory"}


def test_one_enormous_word_and_one_enormous_text_print() -> None:
    answers = renderer(
        """
        warm()
        for text in ("x" * 5000, "word " * 4000, "\\n" * 1000, "\\N{RIGHT-TO-LEFT OVERRIDE}" * 1000, "\\u0301" * 5000):
            answer = attempt(facts(lines=[line(1, description=text)], introduction=text[:500], notes=text[:500]))
            print("PDF" if isinstance(answer, bytes) else answer)
        """
    )
    assert answers == ["PDF"] * 5


def test_without_any_font_the_child_fails_and_the_parent_lives(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<?xml version='1.0'?><fontconfig><dir>/nowhere</dir></fontconfig>")
    answer, alive = renderer(
        """
        fork.prepare()
        answer = attempt(facts(1))
        print("PDF" if isinstance(answer, bytes) else answer.split()[0])
        print("alive")
        """,
        FONTCONFIG_FILE=str(config),
    )
    assert answer in {"crash", "error"}
    assert alive == "alive"
