"""Pages of paying under /<company>/portal/."""

from django.urls import URLPattern, URLResolver, path

from payments.views import portal_pay

app_name = "portal_payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pay/", portal_pay.choose, name="choose"),
    path("pay/back/", portal_pay.came_back, name="came_back"),
    path("pay/<uuid:attempt>/", portal_pay.attempt, name="attempt"),
    path("pay/<uuid:attempt>/go/", portal_pay.hand_over, name="hand_over"),
    path("payments/", portal_pay.payments, name="payments"),
    path("payments/<uuid:payment>/receipt/", portal_pay.receipt, name="receipt"),
]
