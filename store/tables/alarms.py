"""What people did about alarms: a row an alarm, the newest act."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from store.tables.base import metadata

# ``until_ms`` null: taken, else put off until then.
alarm_handlings = Table(
    "alarm_handlings",
    metadata,
    Column("alarm", String(200), primary_key=True),
    Column("priority", String(16), nullable=False),
    Column("done_by", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("until_ms", BigInteger),
    Column("why", Text, nullable=False),
)
