"""The only Qt code in app: presenters, item models and feeds for the widgets."""
