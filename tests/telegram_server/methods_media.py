"""Photos, documents, voices, videos and albums, and the files behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.telegram_server import render
from tests.telegram_server.access import writable
from tests.telegram_server.errors import bad
from tests.telegram_server.posting import caption_content, post
from tests.telegram_server.wire import Upload

if TYPE_CHECKING:
    from tests.telegram_server.state import Json, StoredFile, World

Params = dict[str, Any]

DOWNLOAD_LIMIT = 20 * 1024 * 1024
ALBUM_LIMIT = 10
_IMAGE_HEADS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_RIGHTS = {
    "photo": "can_send_photos",
    "document": "can_send_documents",
    "voice": "can_send_voice_notes",
    "video": "can_send_videos",
}


def send_photo(world: World, params: Params) -> Json:
    return _send(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    return _send(world, params, "document")


def send_voice(world: World, params: Params) -> Json:
    return _send(world, params, "voice")


def send_video(world: World, params: Params) -> Json:
    return _send(world, params, "video")


def _send(world: World, params: Params, kind: str) -> Json:
    content = media_content(world, kind, params[kind], params)
    return render.message(world, post(world, writable(world, params, _RIGHTS[kind]), content, params))


def send_media_group(world: World, params: Params) -> list[Json]:
    """An album: one message an item, with a shared `media_group_id`."""
    items = params["media"]
    if not items:
        raise bad("there are no messages to send")
    if len(items) > ALBUM_LIMIT:
        raise bad("there are too many messages to send")
    kinds = {item["type"] for item in items}
    if "document" in kinds and len(kinds) > 1:
        raise bad("document can't be mixed with other media types")
    contents = [media_content(world, item["type"], item["media"], item) for item in items]
    place = writable(world, params, _RIGHTS.get(items[0]["type"], "can_send_documents"))
    group = str(13_000_000_000 + world.serial()) if len(items) > 1 else ""
    return [render.message(world, post(world, place, content, params, media_group_id=group)) for content in contents]


def media_content(world: World, kind: str, source: object, params: Params) -> Json:
    """A message's content for a medium given as an upload, a file id or an http address."""
    if kind not in _RIGHTS:
        raise bad(f'type "{kind}" is not modelled by this server')
    content = file_content(world, kind, _file(world, kind, source), params)
    if params.get("has_spoiler"):
        content["has_media_spoiler"] = True
    if params.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content | caption_content(params)


def file_content(world: World, kind: str, file: StoredFile, params: Params) -> Json:
    """A stored file as the message field of its kind. A photo comes in two sizes."""
    base: Json = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}
    if kind == "photo":
        small = world.add_file("photo", file.name, file.mime, file.content)
        thumbnail = {"file_id": small.file_id, "file_unique_id": small.unique_id, "file_size": small.size}
        return {"photo": [thumbnail | {"width": 90, "height": 60}, base | {"width": 1280, "height": 853}]}
    if kind == "document":
        return {"document": base | {"file_name": file.name, "mime_type": file.mime}}
    if kind == "voice":
        return {"voice": base | {"duration": params.get("duration", 1), "mime_type": file.mime}}
    size = {"width": params.get("width", 640), "height": params.get("height", 360)}
    return {"video": base | size | {"duration": params.get("duration", 1), "mime_type": file.mime}}


def _file(world: World, kind: str, source: object) -> StoredFile:
    if isinstance(source, Upload):
        return _uploaded(world, kind, source)
    text = str(source)
    if not text:
        raise bad(f"there is no {kind} in the request")
    if text.startswith(("http://", "https://")):
        return _fetched(world, kind, text)
    file = world.files.get(text)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.expired:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.kind != kind:
        raise bad(f"can't use file of type {file.kind.capitalize()} as {kind.capitalize()}")
    return file


def _uploaded(world: World, kind: str, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad("file must be non-empty")
    if kind == "photo" and not upload.content.startswith(_IMAGE_HEADS):
        raise bad("IMAGE_PROCESS_FAILED")
    return world.add_file(kind, upload.name, upload.mime, upload.content)


def _fetched(world: World, kind: str, url: str) -> StoredFile:
    """A file from an address that a test has put into `world.web`; nothing is fetched from the network."""
    found = world.web.get(url)
    if found is None:
        raise bad("failed to get HTTP URL content")
    mime, content = found
    if kind == "photo" and not mime.startswith("image/"):
        raise bad("wrong type of the web page content")
    return world.add_file(kind, url.rpartition("/")[2], mime, content)


def get_file(world: World, params: Params) -> Json:
    file = world.files.get(params["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if file.expired:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file_path(file),
    }


def file_path(file: StoredFile) -> str:
    suffix = file.name.rpartition(".")[2] if "." in file.name else "bin"
    return f"{file.kind}s/{file.file_id}.{suffix}"


def file_at(world: World, path: str) -> StoredFile | None:
    """The file a download path names."""
    name = path.rpartition("/")[2].partition(".")[0]
    file = world.files.get(name)
    return file if file and not file.expired and file_path(file) == path else None
