"""Tests of the workbench; the tree mirrors workbench/."""
