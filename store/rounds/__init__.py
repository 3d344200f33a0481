"""Collection plan, facilities, judged runs and vehicles' days in SQL."""
