"""Pages under /<company>/payments/."""

from django.urls import URLPattern, URLResolver, path

from payments.views import allocations, credit, gateways, inbox, payment, payments, receipts, record, refunds

app_name = "payments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/", payments.payments, name="payments"),
    path("payments/new/", record.record, name="record"),
    path("payments/inbox/", inbox.inbox, name="inbox"),
    path("payments/inbox/<uuid:inbox_event>/again/", inbox.again, name="inbox_again"),
    path("payments/<uuid:payment>/", payment.payment, name="payment"),
    path("payments/<uuid:payment>/apply/", allocations.apply, name="apply"),
    path("payments/<uuid:payment>/refund/", refunds.refund, name="refund_payment"),
    path("payments/<uuid:payment>/refund/provider/", refunds.order, name="order_refund"),
    path("payments/<uuid:payment>/cancel/", payment.cancel, name="cancel"),
    path("payments/<uuid:payment>/receipt/", receipts.receipt, name="receipt"),
    path("payments/<uuid:payment>/receipt/send/", receipts.send, name="send_receipt"),
    path("payments/allocations/<uuid:allocation>/", allocations.allocation, name="allocation"),
    path("payments/allocations/<uuid:allocation>/undo/", allocations.undo, name="undo_allocation"),
    path("payments/refunds/<uuid:refund>/", refunds.refund_of, name="refund"),
    path("payments/refunds/<uuid:refund>/undo/", refunds.undo, name="undo_refund"),
    path("payments/credits/<uuid:document>/", credit.refund, name="refund_credit"),
    path("payments/credits/<uuid:document>/<uuid:settlement>/undo/", credit.undo, name="undo_credit_refund"),
    path("settings/payments/", gateways.index, name="gateways"),
    path("settings/payments/connect/", gateways.connect, name="gateway_connect"),
    path("settings/payments/<uuid:gateway_account>/", gateways.edit, name="gateway_edit"),
    path("settings/payments/<uuid:gateway_account>/check/", gateways.check, name="gateway_check"),
    path("settings/payments/<uuid:gateway_account>/archive/", gateways.archive, name="gateway_archive"),
]
