"""How the centre stands up: the web application's frame, its delivery of files, and the supervisor of its processes."""
