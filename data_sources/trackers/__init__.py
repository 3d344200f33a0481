"""One file a wire format of trackers: FORMAT declares how it arrives and how it is read; add a file, edit nothing."""
