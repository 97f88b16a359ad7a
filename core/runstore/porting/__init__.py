"""What scripts and notebooks written for Azure ML SDK v1 will do here: found out by reading them, not running them."""
