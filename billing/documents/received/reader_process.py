"""The process that reads one file of somebody else: bytes in, one line of JSON out, then it ends.

A program of its own, started by `reader`: it has no setting, no network to speak of and no way to a file, is limited in processor time
and memory before the first byte is read, and takes whatever the file does to it along when it ends.
"""

import json
import resource
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[3])

from billing.documents.received.scan import Refused  # noqa: E402
from billing.documents.received.stated import stated  # noqa: E402

CPU_SECONDS = 4
MEMORY = 256 * 1024 * 1024


def main() -> None:
    used = (
        int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if sys.platform == "linux" else 0
    )
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        answer = {"stated": stated(data)}
    except Refused as refused:
        answer = {"refused": {"code": refused.code, "params": refused.params}}
    except MemoryError:
        answer = {"refused": {"code": "received.heavy", "params": {}}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
