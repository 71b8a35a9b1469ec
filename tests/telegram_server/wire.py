"""What came over the wire: parameters and files from the query, an urlencoded, JSON or multipart body."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.message import Message as Headers
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.telegram_server.errors import TOO_LARGE, bad

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BODY = 52_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a request."""

    name: str
    mime: str
    content: bytes

    def __repr__(self) -> str:
        return f"Upload({self.name!r}, {self.mime!r}, {len(self.content)} bytes)"


@dataclass(frozen=True, slots=True)
class Arguments:
    """The raw parameters (strings, or JSON values from a JSON body) and the uploaded files by field name."""

    values: dict[str, Any]
    files: dict[str, Upload]


async def read(request: Request) -> Arguments:
    """Reads the query and the body. Raises ApiError 400 or 413 for a body that cannot be read."""
    values: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    body = await request.body()
    if len(body) > MAX_BODY:
        raise TOO_LARGE
    content_type = request.headers.get("content-type", "")
    kind, parameters = _header(content_type)
    files: dict[str, Upload] = {}
    if kind == "multipart/form-data":
        fields, files = _multipart(body, parameters.get("boundary", ""))
        values |= fields
    elif kind == "application/json" and body:
        values |= _json_object(body)
    elif body:
        values |= dict(parse_qsl(_text(body), keep_blank_values=True))
    return Arguments(values, files)


def _header(value: str) -> tuple[str, dict[str, str]]:
    """Splits `kind; name=value; …`; names in lower case, values without quotes."""
    headers = Headers()
    headers["x"] = value
    pairs = headers.get_params(header="x", unquote=True) or [("", "")]
    return str(pairs[0][0]).lower(), {name.lower(): str(text) for name, text in pairs[1:]}


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(_text(body))
    except json.JSONDecodeError:
        raise bad("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad("can't parse JSON object")
    return values


def _multipart(body: bytes, boundary: str) -> tuple[dict[str, str], dict[str, Upload]]:
    """Fields and files of a multipart body (RFC 7578); a part is a file when it has a file name."""
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    if not boundary:
        raise bad("can't parse multipart request: no boundary")
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    for part in parts[1:]:
        if part.startswith(b"--"):
            break
        head, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            raise bad("can't parse multipart request: a part without headers")
        headers = _part_headers(_text(head))
        _, options = _header(headers.get("content-disposition", ""))
        name, filename = options.get("name", ""), options.get("filename")
        if filename is None:
            fields[name] = _text(content)
        else:
            files[name] = Upload(filename, headers.get("content-type", "application/octet-stream"), bytes(content))
    return fields, files


def _part_headers(head: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in head.split("\r\n") if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
