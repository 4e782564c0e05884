"""Commissioning: procedures as data, checks, jobs, evidence and sign-off; never Qt."""
