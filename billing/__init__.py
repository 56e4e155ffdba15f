"""The service: products, orders, subscriptions and mails, and nothing of terminals.

A screen may import `billing.errors`, `billing.formats`, the `model` modules and `billing.rating`;
they load nothing heavy. `billing.bootstrap.connect` builds the service and loads the rest.
"""
