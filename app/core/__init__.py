"""The nouns: frozen values and transition tables; standard library only."""
