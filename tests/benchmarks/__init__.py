"""Tests of the benchmarks: their measures, and that what is quoted is what was printed."""
