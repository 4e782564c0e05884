"""Links to gateways: one module a link type, listed in registry.py."""
