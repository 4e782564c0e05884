"""Benchmarks of wayside bench, each with its raw limit measured in the same run."""
