"""Fibre and 4G by commune."""

from simulator import communes
from simulator.monthly import Return

RETURNS = (Return("coverage", communes.coverage),)
