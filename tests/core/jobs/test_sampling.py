"""CPU seconds of a command's processes: each counts once, however its end falls between two looks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BURNED = 0.6
CHILDREN = 6
METER = f"""
import json, subprocess, sys, threading, time
import psutil
from runstore.jobs.sampling import ProcessMeter

BURNS = "import time\\nwhile time.process_time() < {BURNED}: pass\\nprint('burned', flush=True)\\ninput()"
idle = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
meter = ProcessMeter(psutil.Process(), 0)
used, before = [], time.monotonic()

def look():
    global before
    sample = meter.sample()
    if "cpu_percent" in sample:
        now = time.monotonic()
        used.append(sample["cpu_percent"] / 100 * (now - before))
        before = now

def end(child, gone):
    child.stdin.close()
    while child.pid not in meter.reap():
        time.sleep(0.001)
    gone.set()

for _ in range({CHILDREN}):
    child = subprocess.Popen([sys.executable, "-c", BURNS], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    child.stdout.readline()
    look()
    seen, gone = len(used), threading.Event()
    threading.Thread(target=end, args=(child, gone)).start()
    while not gone.is_set():
        look()
    look()
    look()
    print(json.dumps(used[seen:]))
idle.kill()
"""


def test_a_process_that_ends_while_it_is_looked_at_does_not_count_twice(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", METER], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == CHILDREN
    assert all(max(used) < BURNED / 2 for used in rounds), rounds
