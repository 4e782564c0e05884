"""Composition root without Qt: watch, record, simulate, the main job without a display."""
