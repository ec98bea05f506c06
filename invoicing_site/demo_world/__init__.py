"""The demo's two companies and their eighteen months, made through the product's own verbs."""
