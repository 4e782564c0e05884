"""Tokens, type, icons and the small controls that every page uses."""
