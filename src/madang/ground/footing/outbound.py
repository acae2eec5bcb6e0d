"""Calling an address that somebody else has chosen, without becoming their tool.

The name is resolved once, every address behind it must be public, and the connection goes to the address that was
checked: a second answer of the name server changes nothing. No redirects; a bounded answer in a bounded time.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS, BYTES = 10.0, 65_536
PORTS = {443, 8443}
# Kept in logs as it stands, and read there in the language of the one who looks.
LATE = gettext_noop("No answer in time.")
LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain", "lan", "intranet", "onion")
# Networks that carry other addresses inside, which may be private: Python calls some of them global.
WRAPPING = [
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0/96", "::/96")
]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RefusedAddressError(ValueError):
    """An address that is never called. The message says why."""


class NoAnswerError(Exception):
    """Nobody answered, or not in time. The message is for the log of the one who asked."""


@dataclass(frozen=True)
class Answer:
    """What came back: its status, at most BYTES of it, and how long it took."""

    status: int
    body: bytes
    seconds: float


def checked(url: str) -> SplitResult:
    """The parts of an address that may be called, by its letters alone. Raises RefusedAddressError."""
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError as broken:
        raise RefusedAddressError(_("This is not an address.")) from broken
    if not host or not host.isascii() or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise RefusedAddressError(_("This is not an address."))
    if parts.username is not None or parts.password is not None:
        raise RefusedAddressError(_("An address must not hold a name or password."))
    if _is_allowed_loopback(host) and parts.scheme in {"http", "https"}:
        return parts
    if parts.scheme != "https":
        raise RefusedAddressError(_("Use an address that begins with https://."))
    if port is not None and port not in PORTS:
        raise RefusedAddressError(_("Only the ports 443 and 8443 are called."))
    _refuse_local(host)
    return parts


def _refuse_local(host: str) -> None:
    literal = _literal(host)
    local = any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES) or "." not in host
    if (literal is None and local) or (literal is not None and not is_public(literal)):
        raise RefusedAddressError(_("This address is not on the public internet."))


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        # 127.1, 0x7f000001 and the like are addresses too, to some resolvers.
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and not a wrapping of another one."""
    if any(address in network for network in WRAPPING if network.version == address.version):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special and not address.is_link_local and not address.is_private


def _is_allowed_loopback(host: str) -> bool:
    return settings.OUTBOUND_LOOPBACK and host in {"127.0.0.1", "localhost", "::1"}


def resolve(host: str, port: int) -> str:
    """One address of a name, all of which are public. Raises RefusedAddressError, NoAnswerError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failed:
        raise NoAnswerError(gettext_noop("The name of the address is not known.")) from failed
    addresses = [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in found]
    if not addresses:
        raise NoAnswerError(gettext_noop("The name of the address is not known."))
    if not _is_allowed_loopback(host) and not all(map(is_public, addresses)):
        raise RefusedAddressError(gettext_noop("The name leads to an address that is not on the public internet."))
    return str(addresses[0])


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """Send `body` by POST. Raises RefusedAddressError, NoAnswerError; any status is an answer."""
    parts = checked(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    start = time.monotonic()
    sock = _connected(resolve(host, port), port, seconds)
    # However slowly the other side drips its bytes: at the end of the time the line is cut.
    cut = threading.Timer(max(seconds - (time.monotonic() - start), 0.1), _hang_up, [sock])
    cut.daemon = True
    cut.start()
    try:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if secure else sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers={**headers, "Connection": "close"})
        response = connection.getresponse()
        read = response.read(BYTES)
        return Answer(response.status, read, time.monotonic() - start)
    except ssl.SSLError as failed:
        raise NoAnswerError(gettext_noop("Its certificate is not valid, or the line was cut.")) from failed
    except (OSError, http.client.HTTPException, ValueError) as failed:
        late = time.monotonic() - start >= seconds * 0.95
        raise NoAnswerError(LATE if late else gettext_noop("The connection broke off.")) from failed
    finally:
        cut.cancel()
        _hang_up(sock)
        sock.close()


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    try:
        return socket.create_connection((address, port), timeout=seconds)
    except TimeoutError as failed:
        raise NoAnswerError(LATE) from failed
    except OSError as failed:
        raise NoAnswerError(gettext_noop("Nobody takes the call.")) from failed


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster
