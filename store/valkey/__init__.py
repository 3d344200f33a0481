"""What lies in Valkey: raw streams, live state, leases, sign-ins, counters."""
