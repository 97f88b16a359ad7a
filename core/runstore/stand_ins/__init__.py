"""Local stand-ins for what Azure ML keeps in the cloud: compute targets, datastores, datasets, secrets, log-ins.

They do what can be done on one machine, as far as scripts need it; `absent` makes the names that can do nothing.
"""
