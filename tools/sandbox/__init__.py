"""A stand-in for the part of Stripe's HTTP API that the product uses: for the demo and the tests, on this machine only.

It moves no money. It keeps Stripe's rules where a client could notice them: form-encoded requests, bearer keys, idempotency,
errors, lists in pages, events and signed webhooks. Standard library only, so that the launcher can start it anywhere.
"""
