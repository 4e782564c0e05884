"""The field simulator: assets with physics and faults, served over real protocols."""
