"""The receipt of a payment, from its rows to the page it is printed on."""
