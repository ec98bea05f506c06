"""Forms about clients: what people type, read into ClientDetails; the verbs judge it."""

from clients.forms.editor import ClientEditor
from clients.forms.filters import ClientFilter

__all__ = ["ClientEditor", "ClientFilter"]
