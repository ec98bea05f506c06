"""Pages behind a link to one document, at /l/<token>/."""

from django.urls import URLPattern, URLResolver, path

from billing.views import link

app_name = "link_billing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", link.document, name="document"),
    path("answer/", link.answer, name="answer"),
    path("pdf/", link.pdf, name="pdf"),
    path("attachments/<uuid:attachment>/", link.attachment, name="attachment"),
]
