"""Pages of paying behind a link to one document, at /l/<token>/."""

from django.urls import URLPattern, URLResolver, path

from payments.views import link_pay

app_name = "link_payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pay/", link_pay.pay, name="pay"),
    path("pay/back/", link_pay.came_back, name="came_back"),
    path("pay/<uuid:attempt>/", link_pay.attempt, name="attempt"),
    path("pay/<uuid:attempt>/go/", link_pay.hand_over, name="hand_over"),
    path("receipt/<uuid:payment>/", link_pay.receipt, name="receipt"),
]
