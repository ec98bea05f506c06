"""The parent's side of a forked job, in this very process; what becomes of bad jobs is in tests/faults."""

import os
import threading
from collections.abc import Callable

import pytest

from invoicing_site import fork
from invoicing_site.errors import place_of
from invoicing_site.fork import RenderFailed, prepare, run


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork, "_prepared", None)
    prepare()


def refuse() -> bytes:
    error = ValueError("Jane Doe")
    error.reason = "logo_unusable"  # type: ignore[attr-defined]
    raise error


def test_a_job_sees_what_the_parent_had_and_changes_nothing_of_it() -> None:
    shared = [b"warm"]

    def job() -> bytes:
        shared.append(b"changed")
        return b" ".join(shared)

    assert run(job) == b"warm changed"
    assert shared == [b"warm"]


@pytest.mark.parametrize(
    ("job", "reason", "detail"),
    [
        (refuse, "error", "logo_unusable"),
        (lambda: bytes(1 << 40), "memory", ""),
        (os.abort, "crash", "signal 6"),
        (lambda: os._exit(0), "crash", ""),
    ],
)
def test_a_failed_job_names_its_reason(job: Callable[[], bytes], reason: str, detail: str) -> None:
    with pytest.raises(RenderFailed) as failure:
        run(job, memory_mb=64)
    assert (failure.value.reason, failure.value.detail) == (reason, detail)
    assert str(failure.value) == (f"{reason}: {detail}" if detail else reason)
    assert reason in fork.REASONS


def test_the_clock_of_the_caller_ends_a_job() -> None:
    with pytest.raises(RenderFailed, match="wall"):
        run(lambda: threading.Event().wait() or b"", wall_seconds=0.2)


def test_an_answer_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork, "LARGEST_RESULT", 1000)
    with pytest.raises(RenderFailed, match="result_too_large"):
        run(lambda: b"x" * 2000)


def test_only_the_prepared_process_and_its_main_thread_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def elsewhere() -> None:
        try:
            run(lambda: b"x")
        except RenderFailed as failure:
            refused.append(failure.reason)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    monkeypatch.setattr(fork, "_prepared", (os.getpid() + 1, 99))
    elsewhere()
    monkeypatch.setattr(fork, "_prepared", (os.getpid(), 0))
    elsewhere()
    assert refused == ["not_prepared", "not_prepared", "threads"]


def test_preparing_twice_keeps_the_first_count() -> None:
    first = fork._prepared
    prepare()
    assert fork._prepared is first


def test_descriptions_carry_places_and_codes_but_no_values() -> None:
    def describe(raised: BaseException) -> str:
        try:
            raise raised
        except BaseException as error:
            return place_of(error)

    assert describe(KeyError("Jane")).startswith("KeyError at test_fork.py:")
    assert place_of(KeyError("never raised")) == "KeyError"
    for reason in ("Jane", "owes 5", "x" * 41, 7):
        error = ValueError()
        error.reason = reason  # type: ignore[attr-defined]
        assert place_of(error) == "ValueError"


def test_address_space_is_known_on_linux() -> None:
    assert fork._address_space() > 10 * fork.MEBIBYTE
