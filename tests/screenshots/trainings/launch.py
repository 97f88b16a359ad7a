"""Starts ``train.py`` four times, each process a rank, as torchrun does."""

import os
import subprocess
import sys

ranks = []
for rank in range(4):
    environment = {**os.environ, "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "4"}
    command = [sys.executable, "train.py", *sys.argv[1:], "--seed", str(rank)]
    ranks.append(subprocess.Popen(command, env=environment, stderr=None if rank == 0 else subprocess.DEVNULL))
sys.exit(max(process.wait() for process in ranks))
