"""The one error every verb raises for input or states it refuses, and what may be told of any other."""

from pathlib import Path


class BusinessError(Exception):
    """A refusal a person can act on.

    `code` names the sentence in `messages.py`; `field` is the form path it belongs to (``lines.0.quantity``), `None` for the
    whole; `params` fill the sentence. Nothing was written when it is raised: the surrounding transaction rolls back.
    """

    def __init__(self, code: str, field: str | None = None, **params: object) -> None:
        super().__init__(code, field, params)
        self.code = code
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return f"{self.code}{f' ({self.field})' if self.field else ''} {self.params or ''}".strip()


class ApprovalNeeded(Exception):
    """A second person must agree first (actions/approvals.py). No refusal of what was typed, so whoever shows those lets it
    pass: the guard of the office answers it with the page that asks. `act` is what to ask for; `code` and `params` make its
    sentence."""

    code, field = "approval.needed", None

    def __init__(self, act: object, **params: object) -> None:
        super().__init__(self.code, params)
        self.act, self.params = act, params


def place_of(error: BaseException) -> str:
    """What of an unexpected exception may be logged and stored: its kind and the line it came from, or the code it carries in
    its own `reason`. Never its words, which may quote a row, a secret or a document."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, str) and reason.isidentifier() and reason.islower() and len(reason) <= 40:
        return reason
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
