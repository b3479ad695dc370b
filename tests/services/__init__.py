"""Tests of the services on real stores, with scripted models at the boundary."""
