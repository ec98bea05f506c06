"""Pages of documents under /<company>/portal/."""

from django.urls import URLPattern, URLResolver, path

from billing.views import portal

app_name = "portal_billing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", portal.documents, name="documents"),
    path("documents/<uuid:document>/", portal.document, name="document"),
    path("documents/<uuid:document>/answer/", portal.answer, name="answer"),
    path("documents/<uuid:document>/pdf/", portal.pdf, name="pdf"),
    path("documents/<uuid:document>/attachments/<uuid:attachment>/", portal.attachment, name="attachment"),
]
