"""The sentence behind each BusinessError code, by what it is about (invoicing_site/messages.py puts them together)."""
