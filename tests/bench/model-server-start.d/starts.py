"""Starts servers one after another, in turns, and measures each from its exec until it says that it is ready, and until its first prediction.
starts.py ROUNDS BODY PORT < CASES, one a line: NAME READY-PATH COMMAND...   Writes one JSON object a start."""

import http.client
import json
import os
import signal
import socket
import sys
import time

# Readiness is asked for this often. kubelet asks once a second, but a benchmark that did would measure its own clock.
PAUSE = 0.004
PATIENCE = 120
rounds, body, port = int(sys.argv[1]), open(sys.argv[2], "rb").read(), int(sys.argv[3])
cases = [line.split() for line in sys.stdin if line.strip()]


def processor_seconds(pid):
    # The clock of another process, threads that ended included (clock_getcpuclockid).
    return time.clock_gettime((~pid << 3) | 2)


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        of = {name: value.split() for name, _, value in (line.partition(":") for line in file)}
    return {"megabytes": int(of["VmRSS"][0]) / 1024, "anonymous": int(of["RssAnon"][0]) / 1024, "peak": int(of["VmHWM"][0]) / 1024}


def ask(method, path, data=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, data, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def wait_ready(pid, path, deadline):
    while time.monotonic() < deadline:
        try:
            if ask("GET", path)[0] == 200:
                return
        except OSError:
            pass
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            sys.exit(f"process {pid} ended before it was ready")
        time.sleep(PAUSE)
    sys.exit(f"process {pid} was not ready after {PATIENCE} s")


def free():
    # A port whose last owner has just gone may be in use for a moment.
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
                return
            except OSError:
                time.sleep(0.05)


def start(name, path, command):
    free()
    log = os.open(f"{os.path.dirname(sys.argv[2])}/{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    began = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)])
    try:
        wait_ready(pid, path, began + PATIENCE)
        ready, ready_processor = time.monotonic() - began, processor_seconds(pid)
        status, reply = ask("POST", "/predict", body)
        answered, answered_processor = time.monotonic() - began, processor_seconds(pid)
        if status != 200:
            sys.exit(f"{name} answered {status}: {reply.decode()}")
        return {
            "name": name, "ready": ready, "readyProcessor": ready_processor, "answered": answered, "answeredProcessor": answered_processor,
            "prediction": json.loads(reply)["prediction"], **resident(pid),
        }
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(log)


for turn in range(rounds + 1):
    for name, path, *command in cases:
        result = start(name, path, command)
        # The first of each reads its files from the disk.
        if turn > 0:
            print(json.dumps(result), flush=True)
