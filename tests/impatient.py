"""The real program, but what a killed process had in hand comes back after seconds instead of minutes.

    python -m tests.impatient run

Everything else is as it is: a lease is only how long the others wait before they take over.
"""

from __future__ import annotations

import sys

from bot.cli import main
from bot.store import outbox

outbox._LEASE = 8_000

if __name__ == "__main__":
    sys.exit(main())
