"""What every carrier promises."""

from typing import Protocol


class Refused(Exception):
    """It will not work before somebody changes something; `code` names the sentence that says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(Exception):
    """It did not work now and may in a while. Carries the kind of failure only, never what the other side said."""


class Carrier(Protocol):
    def send(self, xml: bytes, name: str) -> str:
        """Hand `xml` over under `name`, and give the acknowledgement: one line with what the other side confirmed.

        Sending the same again is one delivery. Raises Refused, Unreachable. Waits for the network: never inside a transaction.
        """
        ...
