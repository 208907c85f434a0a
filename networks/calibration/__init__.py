"""Profiles fitted to observed trips."""
