"""Figures of dossiers stand under their new names: what release 0.1.0 called files_due is dossiers_due."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WHICH = ("due", "on_time", "received", "online", "with_fee", "paid_online")


def upgrade() -> None:
    _rename("files", "dossiers")


def downgrade() -> None:
    _rename("dossiers", "files")


def _rename(old: str, new: str) -> None:
    """Only observations hold names of measures: results, history and events are of KPIs, raw messages stay as sent."""
    names = ", ".join(f"'{old}_{which}'" for which in _WHICH)
    for table in ("observations", "observations_latest"):
        op.execute(
            f"UPDATE {table} SET measure = '{new}' || substr(measure, {len(old) + 1}) "
            f"WHERE feed = 'services' AND measure IN ({names})"
        )
