"""The window: widgets that show what app.bridge presents."""
