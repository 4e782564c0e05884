"""Composition roots without Qt: watch, record, export, diagnose, simulate, the demo."""
