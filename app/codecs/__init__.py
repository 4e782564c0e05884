"""Sans-IO wire formats: bytes in, frozen events out."""
