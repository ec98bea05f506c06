"""Running the same thing at the same moment in many threads, each with a database connection of its own."""

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

FULL = bool(os.environ.get("NIGHTLY"))


def size(test: int, nightly: int) -> int:
    """How often, in `make test` and in `make nightly` (docs/testing.md)."""
    return nightly if FULL else test


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all `calls` behind one barrier; their results, or the exceptions they raised, in order."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def work(index: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            results[index] = calls[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def failures(results: Sequence[Any]) -> list[BaseException]:
    return [result for result in results if isinstance(result, BaseException)]
