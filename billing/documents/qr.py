"""The EPC QR code (GiroCode, EPC069-12): a SEPA credit transfer the payer's bank app fills in by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from segno.helpers import make_epc_qr
from stdnum import bic as bic_rules
from stdnum import iban as iban_rules
from stdnum import iso11649

# EPC069-12 allows these amounts and lengths; beyond them the payer types the transfer by hand.
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
NAME_LENGTH, TEXT_LENGTH = 70, 140
# The quiet zone ISO/IEC 18004 asks for; scanners fail without it.
QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR symbol as runs of dark modules (x, y, length); `size` counts modules on a side, quiet zone included."""

    size: int
    runs: tuple[tuple[int, int, int], ...]

    @property
    def path(self) -> str:
        """The symbol as one SVG path to fill, in module units."""
        return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in self.runs)


def epc_qr(*, name: str, iban: str, bic: str, currency: str, amount: Decimal, reference: str) -> QrCode | None:
    """The code to pay `amount` (in `currency`) to `iban`; None where EPC069-12 has none: not EUR, no valid IBAN, an
    amount outside 0.01 to 999,999,999.99, nothing to refer to. ISO 11649 references are structured, others text."""
    name, reference = " ".join(name.split())[:NAME_LENGTH], " ".join(reference.split())
    if currency != "EUR" or not name or not reference or not iban_rules.is_valid(iban) or not LEAST <= amount <= MOST:
        return None
    structured = iso11649.is_valid(reference)
    try:
        symbol = make_epc_qr(
            name=name,
            iban=iban_rules.compact(iban),
            amount=amount,
            reference=iso11649.compact(reference) if structured else None,
            text=None if structured else reference[:TEXT_LENGTH],
            bic=bic_rules.compact(bic) if bic_rules.is_valid(bic) else None,
            encoding="utf-8",
        )
    except ValueError:  # more than the 331 bytes the guideline allows: four-byte letters in name and text
        return None
    return from_symbol(symbol, QUIET_ZONE)


def from_symbol(symbol: Any, quiet_zone: int) -> QrCode:
    """The modules of a segno symbol with `quiet_zone` light modules around it."""
    return QrCode(int(symbol.symbol_size(border=quiet_zone)[0]), tuple(_runs(symbol.matrix_iter(border=quiet_zone))))


def _runs(rows: Iterable[Iterable[int]]) -> Iterator[tuple[int, int, int]]:
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield x, y, length
            x += length
