"""Removing a passkey: allauth asks the adapter before switching off an authenticator app, but not here."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from invoicing_site.web import account


@account
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """allauth's page, unless this is the last factor of somebody who needs one."""
    adapter = get_adapter()
    factor = Authenticator.objects.filter(user=request.user.pk, type=Authenticator.Type.WEBAUTHN, pk=pk).first()
    if factor is not None and not adapter.can_delete_authenticator(factor):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")
    response: HttpResponse = remove_webauthn(request, pk=pk)
    return response
