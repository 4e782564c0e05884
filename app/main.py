"""Composition root of the window: builds every service and opens it."""
