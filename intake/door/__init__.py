"""The ways in: HTTP, MQTT; authenticates, examines, appends the raw message, answers."""
