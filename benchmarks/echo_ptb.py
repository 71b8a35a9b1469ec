"""A bare echo bot on python-telegram-bot, over our transport: `python -m benchmarks.echo_ptb URL TOKEN`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from telegram.ext import ApplicationBuilder, MessageHandler, filters

from handlers.telegram.client import make_bot

if TYPE_CHECKING:
    from telegram import Update


async def echo(update: Update, _: Any) -> None:
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main() -> None:
    url, token = sys.argv[1:]
    transport = make_bot(token, url)
    builder = ApplicationBuilder().token(token).base_url(f"{url}/bot")
    builder = builder.request(transport.request).get_updates_request(transport._request[0])  # noqa: SLF001
    application = builder.concurrent_updates(True).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(timeout=25)


if __name__ == "__main__":
    main()
