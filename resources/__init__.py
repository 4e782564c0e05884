"""Data files shipped with the program: profiles, types, texts, icons, fonts, schemas."""
