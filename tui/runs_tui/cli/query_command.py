"""Commands whose words may be a query: terms that begin with ``-`` are no options."""

from __future__ import annotations

import re

import click

_NEGATED = re.compile(r"-(?:[^\W\d][\w.]+[:<>=!]|[(\"/])")


class QueryCommand(click.Command):
    """``-tag:debug`` and ``-(lr<3 | bert)`` are taken as parts of a query, wherever they stand.

    A bare word, ``-debug``, cannot be told from options: what is said of it names the way to write it.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what is no option into parentheses, which do not change what it means."""
        end = args.index("--") if "--" in args else len(args)
        own = [f"({word})" if _NEGATED.match(word) else word for word in args[:end]]
        try:
            return super().parse_args(ctx, own + args[end:])
        except click.NoSuchOption as error:
            said = f"{error.format_message()} Words of a query that begin with - stand after --."
            raise click.UsageError(said, ctx) from error
