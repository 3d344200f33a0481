"""Thin callbacks of the screens: read inputs, ask, render, return; each module registers its own."""
