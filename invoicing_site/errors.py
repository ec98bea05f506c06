"""The one error every verb raises for input or states it refuses."""


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
