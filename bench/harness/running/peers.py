"""The peers: how each is configured and started. Equal work: see bench/README.md."""

import http.client
import os
import shlex
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from string import Template

from ..failure import Failure
from . import proc, processes
from .tools import BENCH

TEMPLATES = BENCH / "peers"

NGINX_LARGE = """proxy_buffer_size 16k;
            proxy_buffers 8 64k;
            proxy_busy_buffers_size 128k;
            proxy_max_temp_file_size 0;
            proxy_request_buffering off;"""
HAPROXY_LARGE = "tune.bufsize 65536"


@dataclass(frozen=True)
class Address:
    """Where a running peer listens."""

    plain: int
    secure: int

    def url(self, scheme, path):
        return f"{scheme}://localhost:{self.secure if scheme == 'https' else self.plain}{path}"


@dataclass(frozen=True)
class Peer:
    """A product, with the settings of this benchmark."""

    name: str
    template: str
    suffix: str
    command: tuple
    version_command: tuple
    package: str = ""
    build: str = ""
    transport: str = ""
    large_tuning: str = ""
    logs_to_stdout: bool = False
    environment: tuple = ()

    @property
    def is_edge(self):
        return bool(self.transport)

    @property
    def has_large_variant(self):
        return bool(self.large_tuning)

    def version(self):
        done = subprocess.run(self.version_command, capture_output=True, text=True, timeout=30)
        lines = (done.stdout + done.stderr).strip().splitlines()
        return lines[0].strip() if lines else "unknown"


NGINX = Peer("nginx", "nginx.conf", ".conf", ("nginx", "-e", "{folder}/nginx-error.log", "-c", "{config}"),
             ("nginx", "-v"), "nginx-light", large_tuning=NGINX_LARGE)
HAPROXY = Peer("haproxy", "haproxy.cfg", ".cfg", ("haproxy", "-db", "-f", "{config}"), ("haproxy", "-v"), "haproxy",
               large_tuning=HAPROXY_LARGE, logs_to_stdout=True)
CADDY = Peer("caddy", "Caddyfile", ".Caddyfile", ("caddy", "run", "--adapter", "caddyfile", "--config", "{config}"),
             ("caddy", "version"), "caddy", environment=(("GOMAXPROCS", "1"), ("XDG_CONFIG_HOME", "{folder}"),
                                                         ("XDG_DATA_HOME", "{folder}"), ("HOME", "{folder}")))
OTHERS = (NGINX, HAPROXY, CADDY)
TRANSPORTS = {"uring": "io_uring", "epoll": "epoll"}


def edges(name, command):
    """One build of the edge, on each of its transports."""
    words = tuple(shlex.split(command))
    return tuple(
        Peer(f"{name}-{short}", "edge.yaml", ".yaml", (*words, "run", "--config", "{config}"), (*words, "version"),
             build=name, transport=transport)
        for short, transport in TRANSPORTS.items()
    )


class Origin:
    """The server behind all peers."""

    def __init__(self, keeper, tools, folder):
        self.port = processes.free_ports(1)[0]
        with open(folder / "origin.log", "ab") as log:
            self._process = keeper.start([str(tools.program("origin")), str(self.port)],
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        processes.wait_until(lambda: proc.listens(self.pid, self.port), 5, "origin: listening")

    @property
    def pid(self):
        return self._process.pid

    def require_alive(self):
        if self._process.poll() is not None:
            raise Failure(f"origin: ended with {self._process.returncode} (expected: running)")


class Running:
    """A started peer."""

    def __init__(self, peer, keeper, folder, origin, certificate, large=False, more=None):
        self.peer = peer
        self._keeper = keeper
        name = f"{peer.name}-large" if large else peer.name
        plain, secure = processes.free_ports(2, taken=(origin.port,))
        self.address = Address(plain, secure)
        self.log = folder / f"{name}-access.log"
        self._output = folder / f"{name}-output.log"
        config = folder / f"{name}{peer.suffix}"
        self.storage = folder / f"{name}-storage"
        chain, key, pair = certificate
        config.write_text(
            Template((TEMPLATES / peer.template).read_text()).substitute(
                folder=folder, name=name, plain=plain, secure=secure, origin=origin.port, certificate=chain, key=key,
                pair=pair, log=self.log, transport=peer.transport, tuning=peer.large_tuning if large else "",
                **(more or {"routes": "", "acme": ""}),
            )
        )
        places = {"folder": str(folder), "config": str(config)}
        command = [word.format(**places) if "{" in word else word for word in peer.command]
        environment = os.environ | {name: value.format(**places) for name, value in peer.environment}
        stdout = self.log if peer.logs_to_stdout else self._output
        with open(stdout, "ab") as out, open(self._output, "ab") as err:
            self.started = time.monotonic()
            self._process = keeper.start(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)

    @property
    def pid(self):
        return self._process.pid

    def await_named(self, name, patience=60.0):
        """Seconds from the start of the process to an answer over TLS with the certificate of this name."""
        context = ssl.create_default_context(cafile=str(self.storage / "acme" / "root.pem"))
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.address.secure), timeout=2) as plain, \
                        context.wrap_socket(plain, server_hostname=name) as secure:
                    secure.sendall(f"GET /s HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
                    if secure.recv(12) == b"HTTP/1.1 204":
                        return time.monotonic() - self.started
            except OSError:
                pass  # not listening yet
            self.require_alive()
            if time.monotonic() > self.started + patience:
                raise Failure(f"{self.peer.name}: no answer as {name} (expected: one within {patience:g} s)\n{self.tail()}")
            time.sleep(0.005)

    def await_https(self, patience=30.0):
        """Seconds from the start of the process to its first good HTTPS answer."""
        deadline = self.started + patience
        while True:
            if fetch(self.address, secure=True, patience=1.0):
                break
            self.require_alive()
            if time.monotonic() > deadline:
                raise Failure(f"{self.peer.name}: no HTTPS answer (expected: one within {patience:g} s)\n{self.tail()}")
            time.sleep(0.001)
        spent = time.monotonic() - self.started
        processes.wait_until(lambda: fetch(self.address, secure=False), 5, f"{self.peer.name}: plain HTTP answer")
        for port in (self.address.plain, self.address.secure):
            processes.require_listening(self._process, port, self.peer.name)
        return spent

    def tail(self):
        text = self._output.read_text(errors="replace") if self._output.exists() else ""
        if self.peer.logs_to_stdout and self.log.exists():
            text += self.log.read_text(errors="replace")
        return "\n".join(text.strip().splitlines()[-12:])

    def require_alive(self):
        if self._process.poll() is not None:
            raise Failure(f"{self.peer.name}: ended with {self._process.returncode} (expected: running)\n{self.tail()}")

    def pin(self, cores):
        proc.pin(self.pid, cores)

    def take_log(self):
        """Bytes of access log since the last call; the file is emptied so that it stays small."""
        if not self.log.exists():
            return 0
        size = self.log.stat().st_size
        os.truncate(self.log, 0)
        return size

    def speaks(self, protocol):
        """True when TLS agrees on the protocol."""
        context = _unverified()
        context.set_alpn_protocols([protocol])
        connection = http.client.HTTPSConnection("127.0.0.1", self.address.secure, timeout=5, context=context)
        try:
            connection.connect()
            agreed = connection.sock.selected_alpn_protocol()
            return agreed == protocol or (agreed is None and protocol == "http/1.1")
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self):
        self._keeper.stop(self._process)


def _unverified():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


_CONTEXT = _unverified()


def fetch(address, secure, patience=5.0):
    """True for a 200 with the 128 bytes of /s."""
    if secure:
        connection = http.client.HTTPSConnection("localhost", address.secure, timeout=patience, context=_CONTEXT)
    else:
        connection = http.client.HTTPConnection("localhost", address.plain, timeout=patience)
    try:
        connection.request("GET", "/s")
        response = connection.getresponse()
        return response.status == 200 and len(response.read()) == 128
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
