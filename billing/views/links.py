"""Links to documents, withdrawn by the office."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions.links import revoke_link
from invoicing_site.models import Link
from invoicing_site.web import OfficeRequest, office


@office("documents.send", methods=("POST",))
def revoke(request: OfficeRequest, link: uuid.UUID) -> HttpResponse:
    found = Link.objects.for_company(request.company).filter(uuid=link, subject_kind="document").first()
    if found is None:
        raise Http404
    revoke_link(company=request.company, link_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("The link is withdrawn."))
    return redirect("billing:document", company=request.company.slug, document=found.subject)
