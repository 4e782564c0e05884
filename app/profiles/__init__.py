"""Device profiles and asset types: schema, loader, mapping, planning, grades."""
