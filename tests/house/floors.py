"""`python -m tests.house.floors`: branch coverage of the last `CI=true make test` against its floors (DESIGN §6)."""

import sys
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = (
    ("rules", 100.0, ["*/rules/*", "invoicing_site/money.py"]),
    ("actions", 98.0, ["*/actions/*"]),
    ("everything", 90.0, ["*"]),
)


class Silent:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...


def main() -> int:
    if not (ROOT / ".coverage").exists():
        print("coverage: no figures; CI=true make test writes them")
        return 0
    low = 0
    for name, floor, include in FLOORS:
        coverage = Coverage(config_file=str(ROOT / "pyproject.toml"), data_file=str(ROOT / ".coverage"))
        coverage.load()
        try:
            reached = coverage.report(include=include, file=Silent(), show_missing=False)
        except NoDataError:
            continue
        low += reached < floor
        print(f"coverage of {name}: {reached:.1f} %, floor {floor:.0f} %{'' if reached >= floor else ' MISSED'}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
