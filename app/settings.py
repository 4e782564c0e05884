"""Settings: frozen, read once, with site-wide override files; no global instance."""
