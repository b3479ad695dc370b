"""Tests of workbench.models."""
