"""What the benchmark needs on the machine: Debian packages, its own C programs, a certificate."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from ..failure import Failure

BENCH = Path(__file__).resolve().parents[2]
ROOT = BENCH.parent
RESULTS = BENCH / "results"
EDGE_COMMAND = str(ROOT / "gateway-core" / "target" / "dist" / "bin" / "sallyport")
EDGE_BUILD = (str(ROOT / "sallyport"), "dist")
POLICY = Path("/usr/sbin/policy-rc.d")

# Where each package is seen to be there: a command of it, or a file.
PACKAGES = {
    "nginx-light": "nginx",
    "haproxy": "haproxy",
    "caddy": "caddy",
    "wrk": "wrk",
    "nghttp2-client": "h2load",
    "gcc": "gcc",
    "openssl": "openssl",
    "libc6-dev": "/usr/include/stdio.h",
    "libssl-dev": "/usr/include/openssl/ssl.h",
}
SERVERS = {"nginx-light", "haproxy", "caddy"}
PROGRAMS = {"origin": (), "olg": (), "idle": ("-lssl", "-lcrypto"), "tlshs": ("-lssl", "-lcrypto"),
            "stored": ("-lcrypto",)}


def missing_packages(packages):
    """Those whose command or file is not there."""

    def is_there(witness):
        return Path(witness).exists() if witness.startswith("/") else shutil.which(witness)

    return [package for package in packages if not is_there(PACKAGES[package])]


def require_packages(packages, say):
    missing = missing_packages(packages)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure(f"missing: {', '.join(missing)} (expected: installed, on Debian by sudo {' '.join(command)})")
    say(f"installing {', '.join(missing)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with _no_services():
        for step in (["apt-get", "update"], command):
            done = subprocess.run(step, env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                raise Failure(f"{' '.join(step)}: {done.stderr.strip()[-400:]}")
    for server in SERVERS & set(missing):
        if shutil.which("systemctl"):
            subprocess.run(["systemctl", "--quiet", "disable", server.removesuffix("-light")], capture_output=True)


@contextlib.contextmanager
def _no_services():
    """Debian starts a server as soon as it is installed; these are for the benchmark alone."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


class Tools:
    """The built programs in one folder."""

    report_script = BENCH / "load" / "report.lua"

    def __init__(self, folder):
        self._folder = folder

    def program(self, name):
        return self._folder / name

    def build(self):
        for name, libraries in PROGRAMS.items():
            command = ["gcc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE",
                       "-o", str(self.program(name)), str(BENCH / "load" / f"{name}.c"), *libraries]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                raise Failure(f"{' '.join(command)}\n{done.stderr}")


def make_certificate(folder):
    """One self-signed P-256 certificate for all peers: chain, key, and both in one file."""
    certificate, key, pair = folder / "localhost.pem", folder / "localhost.key", folder / "localhost.pair.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
               "-keyout", str(key), "-out", str(certificate)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"openssl req: {done.stderr.strip()}")
    key.chmod(0o600)
    pair.write_text(certificate.read_text() + key.read_text())
    pair.chmod(0o600)
    return certificate, key, pair


def require_edge(command, say):
    """The edge's launcher is there; that of this checkout is built when it is missing or stale."""
    if command[0] == EDGE_COMMAND:
        say("building the distribution, if it is not current")
        done = subprocess.run(EDGE_BUILD, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failure(f"{' '.join(EDGE_BUILD)}: ended with {done.returncode} (expected: a distribution)")
    if not shutil.which(command[0]):
        raise Failure(f"edge: {command[0]} (expected: a command)")
