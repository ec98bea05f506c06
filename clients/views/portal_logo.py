"""The company's logo on its portal and behind links: small, and kept by browsers, so that pages stay light."""

import logging

from django.core.cache import cache
from django.http import Http404, HttpResponse

from clients.web import PortalRequest, portal_door
from invoicing_site import files
from invoicing_site.images import shrunk

log = logging.getLogger(__name__)
WIDTH, HEIGHT = 360, 64  # twice the box it is shown in, for fine screens
KEPT = 86400


@portal_door(methods=("GET",))
def logo(request: PortalRequest) -> HttpResponse:
    """A company without a logo, or one whose file is damaged, has none here."""
    blob = request.company.logo
    if blob is None:
        raise Http404
    key = f"portal-logo:{blob.company_id}:{blob.sha256}"
    picture: bytes | None = cache.get(key)
    if picture is None:
        try:
            picture = shrunk(files.fetch(blob), WIDTH, HEIGHT)
        except files.Damaged:
            log.error("stored logo damaged: %s", blob.sha256)
            raise Http404 from None
        cache.set(key, picture, KEPT)
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = f"public, max-age={KEPT}"
    return answer
