"""A company's own template: Django's engine with a handful of tags and filters, over the frozen view's fields and nothing else.

`language` reads a template and proves before anything runs that every name in it is a field of the view; `markup` and
`styles` keep to lists of elements, attributes and functions; `trial` prints it over specimens (docs/adr/0013).
"""
