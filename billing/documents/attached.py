"""Files inside a PDF."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF. `relationship` as ISO 32000-2 7.11.3: Alternative is the same invoice as XML."""

    name: str
    content: bytes
    description: str
    relationship: str = "Alternative"
