"""The commissioning wizard: steps, checks, questions, evidence."""
