"""Kinds of checks: one class each, judgement apart from what is read."""
