"""The form of a transmission route; a secret itself is never typed into it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.actions.routes import FIELDS
from billing.models import Route
from billing.states import RouteKind


class RouteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    automatic = forms.BooleanField(label=_("Send after issue without asking"), required=False)
    host = forms.CharField(label=_("Server"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535, initial=22)
    username = forms.CharField(label=_("User name"), max_length=100)
    secret = forms.CharField(
        label=_("Where the password or private key is"),
        max_length=200,
        help_text=_("Where the operator put it for this company. Never the secret itself."),
        widget=forms.TextInput({"placeholder": "file:sftp.key"}),
    )
    host_key = forms.CharField(
        label=_("The server's public key"),
        max_length=1000,
        help_text=_("One line, such as ssh-ed25519 AAAA…; ask its operator. Only this server is believed."),
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, required=False)
    address = forms.EmailField(label=_("E-mail address"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = {"address"} if kind == RouteKind.SFTP else {"host", "port", "username", "secret", "host_key", "folder"}
        for name in others:
            del self.fields[name]

    @staticmethod
    def stored(route: Route) -> dict[str, Any]:
        return {name: getattr(route, name) for name in FIELDS}
