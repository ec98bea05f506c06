"""Pages under /v/, for anybody who holds a document."""

from django.urls import path

from billing.views import verify

app_name = "public_billing"
urlpatterns = [
    path("", verify.ask, name="verify_ask"),
    path("<str:code>/", verify.show, name="verify"),
]
