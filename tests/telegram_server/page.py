"""The page for trying the bot by hand: a resident on the left, the staff's forum on the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.telegram_server.errors import ApiError
from tests.telegram_server.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group, Topic
    from tests.telegram_server.views import Message
    from tests.telegram_server.waiting import Press

Json = dict[str, Any]

# one invented resident for each language: code, the language's own name, the person
RESIDENTS = (
    ("en", "English", "Emma"),
    ("da", "Dansk", "Karen"),
    ("pl", "Polski", "Zofia"),
    ("uk", "Українська", "Оксана"),
    ("de", "Deutsch", "Jonas"),
    ("ro", "Română", "Ioana"),
    ("tr", "Türkçe", "Deniz"),
    ("ar", "العربية", "ليلى"),
    ("ur", "اردو", "ثنا"),
    ("fa", "فارسی", "نگار"),
    ("zh", "中文", "小雨"),
    ("es", "Español", "Lucía"),
    ("sv", "Svenska", "Astrid"),
    ("cs", "Čeština", "Tereza"),
)
STAFF = ("Anna", "Bo")
DEPARTMENT = "citizen-service"
_HTML = Path(__file__).with_name("page.html")
_SAID = {
    "forum_topic_created": "opened the topic",
    "forum_topic_edited": "renamed the topic",
    "forum_topic_closed": "closed the topic",
    "forum_topic_reopened": "reopened the topic",
    "pinned_message": "pinned a message",
}


class Page:
    """Serves the page of a running server; `join` gives it the people it shows."""

    def __init__(self) -> None:
        self.residents: dict[int, User] = {}
        self.staff: dict[int, User] = {}
        self.languages: dict[int, str] = {}
        self.asked: dict[int, Press] = {}
        self.group: Group
        self.neighbours: Group
        self.server: TelegramServer

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.html),
            Route("/demo/state", self.state),
            Route("/demo/act", self.act, methods=["POST"]),
            Route("/demo/file/{file_id}", self.file),
        ]

    def join(self, server: TelegramServer) -> Group:
        """Puts a resident for each language, two staff, their group and a group without the bot into the server."""
        self.server = server
        self.group = server.group("Borgerservice · Citizen service")
        self.neighbours = server.strange_group("Neighbours")
        for code, name, person in RESIDENTS:
            user = server.user(person, code)
            self.residents[user.id] = self.neighbours.member(user)
            self.languages[user.id] = name
        for person in STAFF:
            user = self.group.member(server.user(person, "da"), "administrator")
            self.staff[user.id] = user
        return self.group

    async def html(self, _request: Request) -> Response:
        return HTMLResponse(_HTML.read_text(encoding="utf-8"))

    async def state(self, request: Request) -> Response:
        """What the page shows for the chosen resident; only the stamp where nothing has changed."""
        world = self.server.world
        chosen = int(request.query_params.get("resident") or next(iter(self.residents)))
        with world.lock:
            shown: Json = {"stamp": world.stamp}
            if request.query_params.get("stamp") != str(world.stamp):
                shown |= self._people() | self._resident(self.residents[chosen]) | self._group()
        return JSONResponse(shown)

    def _people(self) -> Json:
        return {
            "bot": self.server.world.bot.first_name,
            "residents": [
                {"id": user.id, "name": user.account.first_name, "language": self.languages[user.id]}
                for user in self.residents.values()
            ],
            "staff": [{"id": user.id, "name": user.account.first_name} for user in self.staff.values()],
            "violations": list(self.server.violations),
            "kinds": KINDS,
            "neighbours": {
                "bot": self.neighbours.bot_status,
                "said": [message.text for message in self.neighbours.messages if message.text],
            },
        }

    def _resident(self, user: User) -> Json:
        return {
            "resident": {
                "id": user.id,
                "blocked": user.account.blocked,
                "started": user.account.started,
                "commands": user.commands,
                "keyboard": user.keyboard,
                "messages": [self._message(message, user.id) for message in user.history],
                "toasts": user.toasts,
                "inline": self._inline(user),
            }
        }

    def _inline(self, user: User) -> Json:
        """What the bot offers for the latest `@bot …`, until one of it is sent."""
        answers = self.asked[user.id].answers if user.id in self.asked else []
        last = answers[-1] if answers else {}
        shown = [{"title": one["title"], "text": one.get("description", "")} for one in last.get("results", [])]
        return {"results": shown, "button": last.get("button")}

    def _group(self) -> Json:
        topics = [self._topic(topic) for topic in self.group.topics]
        return {"group": {"title": self.group.chat.title, "topics": [self._topic(self.group.general), *topics]}}

    def _topic(self, topic: Topic) -> Json:
        messages = [self._message(message, 0) for message in topic.messages]
        return {
            "id": topic.thread_id or 0,
            "name": topic.name,
            "closed": topic.closed,
            "messages": messages,
            "stamp": max((message.stamp for message in topic.messages), default=0),
        }

    def _message(self, message: Message, mine: int) -> Json:
        raw = message.raw
        person = raw["from"]["first_name"]
        return {
            "id": message.message_id,
            "mine": message.sender_id == mine or message.sender_id in self.staff,
            "sender": person,
            "bot": message.from_bot,
            "kind": message.kind,
            "service": f"{person} {_SAID[message.kind]}" if message.kind in _SAID else "",
            "text": message.text or _described(raw),
            "entities": list(message.entities),
            "rows": [[{"label": button.label, "url": button.url} for button in row] for row in message.buttons],
            "photo": raw["photo"][-1]["file_id"] if "photo" in raw else "",
            "edited": message.edited,
            "reactions": list(message.reactions),
            "date": raw["date"],
            "reply": message.reply_to,
        }

    async def file(self, request: Request) -> Response:
        file = self.server.world.files.get(request.path_params["file_id"])
        if file is None:
            return Response(status_code=404)
        mime = file.mime if file.mime.startswith("image/") else "application/octet-stream"
        return Response(file.content, media_type=mime, headers={"X-Content-Type-Options": "nosniff"})

    async def act(self, request: Request) -> Response:
        """Does what a person on the page does: `{"who": id, "do": …}`, in the group with `topic` and its id."""
        if request.headers.get("content-type") != "application/json":
            return JSONResponse({"error": "send JSON"}, 415)
        wish = await request.json()
        try:
            actions = self._staff_actions(wish) if "topic" in wish else self._resident_actions(wish)
            actions[wish["do"]]()
        except (AssertionError, LookupError, ApiError) as refusal:
            return JSONResponse({"error": getattr(refusal, "description", "") or str(refusal)}, 400)
        return JSONResponse({"ok": True})

    def _resident_actions(self, wish: Json) -> dict[str, Callable[[], object]]:
        user = self.residents[wish["who"]]
        return {
            "start": user.start,
            "send": lambda: user.send(wish["text"]),
            "photo": lambda: user.send_photo(wish.get("text", "")),
            "location": user.send_location,
            "sticker": user.send_sticker,
            "album": lambda: user.send_album(3, wish.get("text", "")),
            "forward": lambda: user.forward(wish["text"]),
            "kind": lambda: user.send_kind(wish["kind"]),
            "inline": lambda: self.asked.update({user.id: user.inline(wish["text"])}),
            "pick": lambda: user.pick(self.asked.pop(user.id), wish["number"]),
            "open": lambda: user.start(wish["text"]),
            "add": lambda: self.neighbours.set_bot("member", by=user),
            "neighbours": lambda: self.neighbours.general.say(user, wish["text"]),
            "press": lambda: user.press(user.message(wish["message"]), wish["label"]),
            "react": lambda: user.react(user.message(wish["message"]), wish["emoji"]),
            "block": user.block,
            "unblock": user.unblock,
        }

    def _staff_actions(self, wish: Json) -> dict[str, Callable[[], object]]:
        user = self.staff[wish["who"]]
        topics = {topic.thread_id or 0: topic for topic in [self.group.general, *self.group.topics]}
        topic = topics[wish["topic"]]
        return {
            "send": lambda: topic.say(user, wish["text"]),
            "photo": lambda: topic.send_photo(user, wish.get("text", "")),
            "press": lambda: topic.press(user, topic.message(wish["message"]), wish["label"]),
            "react": lambda: topic.react(user, topic.message(wish["message"]), wish["emoji"]),
            "close": lambda: topic.close(user),
            "reopen": lambda: topic.reopen(user),
            "delete": topic.delete,
            "open": lambda: self.group.open_topic(wish["text"], user),
        }


def _described(raw: Json) -> str:
    """A word for a message without text."""
    if "document" in raw:
        return f"📄 {raw['document']['file_name']}"
    if "location" in raw:
        return f"📍 {raw['location']['latitude']}, {raw['location']['longitude']}"
    if "contact" in raw:
        return f"👤 {raw['contact']['first_name']} {raw['contact']['phone_number']}"
    if "sticker" in raw:
        return str(raw["sticker"].get("emoji", ""))
    return next((f"[{kind}]" for kind in ("voice", "video", *KINDS) if kind in raw), "")
