"""What the cells of the editor are called, in the order of the page."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

LINE_NAMES: Mapping[str, Promise] = {
    "sku": gettext_lazy("Item"),
    "description": gettext_lazy("Description"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "unit_price": gettext_lazy("Price"),
    "discount_percent": gettext_lazy("Discount %"),
    "tax": gettext_lazy("Tax"),
    "discount_amount": gettext_lazy("Discount as an amount"),
    "account": gettext_lazy("Revenue account"),
    "cost_center": gettext_lazy("Cost centre"),
    "service_from": gettext_lazy("Service from"),
    "service_to": gettext_lazy("Service to"),
}
ALLOWANCE_NAMES: Mapping[str, Promise] = {
    "kind": gettext_lazy("Kind"),
    "description": gettext_lazy("Description"),
    "percent": gettext_lazy("Per cent"),
    "amount": gettext_lazy("Amount"),
}
INSTALMENT_NAMES: Mapping[str, Promise] = {
    "percent": gettext_lazy("Per cent"),
    "amount": gettext_lazy("Amount"),
    "days": gettext_lazy("Days"),
}
NEW_OF_KIND: Mapping[str, Promise] = {
    "invoice": gettext_lazy("New invoice"),
    "quote": gettext_lazy("New quote"),
    "pro_forma": gettext_lazy("New pro forma invoice"),
    "deposit_invoice": gettext_lazy("New deposit invoice"),
}
NAMES = {"lines": LINE_NAMES, "allowances": ALLOWANCE_NAMES, "instalments": INSTALMENT_NAMES}
