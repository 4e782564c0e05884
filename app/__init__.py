"""Wayside: the engine, the command line and the bridge to the window."""

__version__ = "0.1.0"
