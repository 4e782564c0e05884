"""The pages of the window: Live, Connections."""
