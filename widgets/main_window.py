"""The main window: rail, pages, status bar."""
