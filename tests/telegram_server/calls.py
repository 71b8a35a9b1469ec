"""The log of calls, and one call from arrival to answer."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.telegram_server.errors import METHOD_NOT_FOUND, RESTARTING, ApiError, bad
from tests.telegram_server.methods import table
from tests.telegram_server.validate import NAMES, check_call

if TYPE_CHECKING:
    from tests.telegram_server.faults import Fault, Faults
    from tests.telegram_server.state import World
    from tests.telegram_server.updates import Updates
    from tests.telegram_server.wire import Arguments

Json = dict[str, Any]

LONGEST_POLL = 50
UPDATES_AT_ONCE = 100
_EMPTY = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
}


@dataclass(slots=True, eq=False)
class Call:
    """One call: typed `params`, then `result` or `error`. `executed`: it took effect, even where no answer left.

    `time` is the server's clock in Unix seconds. `early`: it came before an earlier 429 allowed it.
    """

    number: int
    method: str
    params: Json
    time: float
    result: Any = None
    error: Json | None = None
    fault: Fault | None = None
    executed: bool = False
    early: bool = False
    done: bool = False

    @property
    def chat(self) -> int | None:
        chat = self.params.get("chat_id")
        return chat if isinstance(chat, int) else None

    @property
    def ok(self) -> bool:
        return self.executed and self.error is None


@dataclass
class Calls:
    """Runs calls against the world and keeps the log and the violations."""

    world: World
    updates: Updates
    faults: Faults
    log: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._handlers = table(self.updates)

    def arrive(self, name: str, arguments: Arguments) -> Call:
        """Logs a call with its parameters checked; a call that breaks the schema has its `error` set already."""
        with self.world.lock:
            known = NAMES.get(name.lower())
            call = Call(len(self.log) + 1, known or name, dict(arguments.values), self.world.clock.now())
            self.log.append(call)
            if known is None:
                return self.finish(call, error=METHOD_NOT_FOUND)
            checked = check_call(known, arguments)
            call.params = checked.value
            if checked.problems:
                self.world.touch()
                self.violations.extend(f"{known}: {problem}" for problem in checked.problems)
                return self.finish(call, error=_refusal(checked.problems[0]))
            call.fault, call.early = self.faults.meet(known, call.params)
            return call

    def finish(self, call: Call, *, result: Any = None, error: ApiError | None = None) -> Call:
        with self.world.lock:
            call.result, call.error = result, error.body() if error else None
            call.done = True
            self.world.notify()
        return call

    async def execute(self, call: Call) -> Call:
        """Does what the call asks; a refusal or a mistake of this server becomes its error."""
        call.executed = True
        try:
            return self.finish(call, result=await self._result(call))
        except ApiError as refusal:
            return self.finish(call, error=refusal)
        except Exception:  # noqa: BLE001 - a mistake here must show in the test, not only as a 500
            self.violations.append(f"{call.method}: server failed: {traceback.format_exc()}")
            return self.finish(call, error=RESTARTING)

    async def _result(self, call: Call) -> Any:
        params = call.params
        if call.method == "getUpdates":
            limit = min(max(params.get("limit", UPDATES_AT_ONCE), 1), UPDATES_AT_ONCE)
            seconds = min(max(params.get("timeout", 0), 0), LONGEST_POLL)
            kinds = params.get("allowed_updates")
            return await self.updates.fetch(params.get("offset", 0), limit, seconds, kinds)
        with self.world.lock:
            return self._handlers[call.method.lower()](self.world, params)


def _refusal(problem: str) -> ApiError:
    """Telegram's words for what it refuses too, else plain ones."""
    path, _, reason = problem.partition(": ")
    if path in _EMPTY and reason.endswith("is required"):
        return bad(_EMPTY[path])
    if "inline_keyboard[" in path and reason.endswith('"text" of InlineKeyboardButton is required'):
        return bad("can't parse inline keyboard button: Can't find field \"text\"")
    if path == "reply_markup":
        return bad("can't parse reply keyboard markup JSON object")
    return bad(f"can't parse {path}: {reason}")
