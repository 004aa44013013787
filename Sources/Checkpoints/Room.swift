// Room for Checkpoints.
