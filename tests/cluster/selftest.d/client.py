"""The checks that are made from inside a pod: client.py sandbox | token AUDIENCE-FILE | get URL... | resolve NAME | absent NAME."""
import json
import os
import socket
import ssl
import sys
import urllib.error
import urllib.request


def sandbox():
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    assert os.getuid() == 65532, f"runs as user {os.getuid()}"
    assert int(status["CapEff"], 16) == 0 and int(status["CapBnd"], 16) == 0, "holds capabilities"
    assert status["NoNewPrivs"].strip() == "1", "may gain privileges"
    assert status["Seccomp"].strip() == "2", "has no seccomp filter"
    try:
        open("/written", "w")
        raise AssertionError("the root file system is writable")
    except OSError:
        pass


def token(path):
    """Reads a secret with the mounted token: being refused by name proves authentication, authorization and DNS."""
    request = urllib.request.Request("https://kubernetes.default.svc/api/v1/namespaces/kube-system/secrets")
    request.add_header("Authorization", "Bearer " + open(path + "/token").read())
    try:
        urllib.request.urlopen(request, timeout=10, context=ssl.create_default_context(cafile=path + "/ca.crt"))
        raise AssertionError("a pod may read the secrets of kube-system")
    except urllib.error.HTTPError as error:
        print(error.code, json.load(error)["message"])


def get(*urls):
    for url in urls:
        print(urllib.request.urlopen(url, timeout=10).read().decode())


def resolve(name):
    print("\n".join(sorted({entry[4][0] for entry in socket.getaddrinfo(name, 80, socket.AF_INET)})))


def absent(name):
    try:
        socket.getaddrinfo(name, 80)
    except socket.gaierror:
        return
    raise AssertionError(f"{name} has an address")


{"sandbox": sandbox, "token": token, "get": get, "resolve": resolve, "absent": absent}[sys.argv[1]](*sys.argv[2:])
