"""TensorBoard's own loader, the one of its server, and how long it takes to have a run."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.bench.peers.setup import peer

VERSION = "2.21.0"

LOADER = """
import sys, time
import psutil
from tensorboard.context import RequestContext
from tensorboard.data import server_ingester
from tensorboard.util import grpc_util
logdir, tag, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
begun = time.monotonic()
ingester = server_ingester.SubprocessServerDataIngester(
    server_binary=server_ingester.get_server_binary(),
    logdir=logdir,
    reload_interval=5,
    channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
)
ingester.start()
provider, context = ingester.data_provider, RequestContext()
while True:
    found = provider.list_scalars(context, experiment_id="", plugin_name="scalars")
    if any(series[tag].max_step >= last for series in found.values() if tag in series):
        break
    time.sleep(0.01)
taken = time.monotonic() - begun
[server] = psutil.Process().children()
print(taken, server.memory_info().rss)
"""


def loaded(folder: Path, tag: str, last: int) -> tuple[float, int]:
    """Seconds until the server has the tag up to its last step, and the bytes that it holds then."""
    programs = peer(f"tensorboard=={VERSION}", "psutil")
    command = [programs / "python", "-c", LOADER, folder, tag, str(last)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[-2]), int(told[-1])
