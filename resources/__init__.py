"""Data files shipped with the program: profiles, asset types, icons, themes, texts, fonts, schemas."""
