"""The live channel: vehicle frames, view-models encoded once per change, and the hub that fans them out to sockets."""
