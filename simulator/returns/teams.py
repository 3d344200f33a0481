"""Digital teams by commune."""

from simulator import communes
from simulator.monthly import Return

RETURNS = (Return("teams", communes.teams),)
