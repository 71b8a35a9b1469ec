"""`python -m tests.fuzz [--minutes N] [--atheris] [TARGET …]`: runs targets until time is up or a fault is found.

Every round has other examples and more of them. A fault is printed as the smallest value that shows it; the exit code
is 1 then. With `--atheris` (the extra `fuzz`) one target is led by the branches that are reached, instead of by chance;
with `--schemathesis` (the same extra) the real process is asked what its description allows, and what it does not.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fuzz.targets import Target

_FIRST, _MOST = 100, 20_000


def _test(target: Target, examples: int, number: int) -> Callable[[], None]:
    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(value=target.values)
    def check(value: Any) -> None:
        target.check(value)

    return check


def _targets(*, branches: bool) -> Mapping[str, Target]:
    """The targets; with `branches` what is reached in the assistant is counted, which must begin before its import."""
    if branches:
        import atheris

        with atheris.instrument_imports(include=["bot", "handlers"]):
            from tests.fuzz.targets import TARGETS
    else:
        from tests.fuzz.targets import TARGETS
    return TARGETS


def _by_chance(name: str, target: Target, minutes: float) -> bool:
    """Runs a target by chance; False when it found a fault."""
    end, examples, done = time.monotonic() + 60 * minutes, _FIRST, 0
    while time.monotonic() < end:
        begun, number = time.monotonic(), random.getrandbits(32)
        try:
            _test(target, examples, number)()
        except Exception:  # noqa: BLE001  # this is what is looked for
            sys.stdout.write(f"{name}: a fault after about {done} examples, seed {number}\n{traceback.format_exc()}\n")
            return False
        done += examples
        took = max(time.monotonic() - begun, 0.001)
        left = end - time.monotonic()
        examples = max(_FIRST, min(_MOST, 2 * examples, int(examples / took * left)))
    sys.stdout.write(f"{name}: {done} examples, no fault\n")
    sys.stdout.flush()
    return True


def _by_branches(target: Target, minutes: float) -> None:
    """Runs a target led by atheris; it ends the process itself."""
    import atheris

    test = _test(target, _FIRST, 0)
    atheris.Setup([sys.argv[0], f"-max_total_time={int(60 * minutes)}"], test.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]
    atheris.Fuzz()


def _by_description(minutes: float) -> bool:
    """Asks the real process; False when it found a fault."""
    from tests.fuzz.described import run

    return run(minutes)


def main() -> int:
    """Returns 1 if a target found a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="runs the fuzzing targets")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="see tests/fuzz/targets.py (usual: all)")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (usual: 1)")
    parser.add_argument("--atheris", action="store_true", help="led by the branches that are reached; one target")
    parser.add_argument("--schemathesis", action="store_true", help="at the web side of the real process; no target")
    chosen = parser.parse_args()
    targets = _targets(branches=chosen.atheris)
    names = chosen.targets or list(targets)
    if chosen.schemathesis:
        return 0 if _by_description(chosen.minutes) else 1
    if not targets.keys() >= set(names) or (chosen.atheris and len(names) != 1):
        parser.error(f"choose from {', '.join(targets)}; one of them with --atheris")
    if chosen.atheris:
        _by_branches(targets[names[0]], chosen.minutes)
    sound = [_by_chance(name, targets[name], chosen.minutes) for name in names]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
