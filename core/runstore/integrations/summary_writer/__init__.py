"""A `SummaryWriter` that writes runs of this store: scripts log to it by one changed import."""
