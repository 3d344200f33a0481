"""Inputs of the KPIs, one module per kind of reporter."""
