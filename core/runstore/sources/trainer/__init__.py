"""Runs of the Hugging Face Trainer, by the state that it saves with its checkpoints."""
