# SPDX-License-Identifier: MIT
"""patience - what a person does with a browser that got stuck: the same once more, in a new tab."""
import sys

ATTEMPTS = 3


def try_again(command, *arguments):
    """Browsers hang now and then on a busy machine; what the product does wrong, it does each time."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return command(*arguments)
        except (OSError, RuntimeError) as error:
            print(f"attempt {attempt}: {error!r}", file=sys.stderr)
    return sys.exit(1)
