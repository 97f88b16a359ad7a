"""The calls of W&B's client that training scripts make, writing runs of this store."""
