"""One file per tracker wire format: FORMAT declares how it arrives and how to decode it. Add a file, edit nothing."""
