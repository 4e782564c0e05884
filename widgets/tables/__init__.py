"""Trees and tables over the bridge's item models."""
