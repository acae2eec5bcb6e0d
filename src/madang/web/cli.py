"""`madang`, the one program. Engine commands work on files and never load Django; site commands do."""

from __future__ import annotations

import importlib

import click

# Each command with the module that holds it: loaded only when called, so that `madang texts …` starts quickly.
COMMANDS = {
    "texts": ("madang.web.commands.texts", "texts"),
    "opinions": ("madang.web.commands.opinions", "opinions"),
    "ballots": ("madang.web.commands.ballots", "ballots"),
    "demo": ("madang.web.commands.demo", "demo"),
    "serve": ("madang.web.commands.serve", "serve"),
    "work": ("madang.web.commands.serve", "work"),
    "tokenizer": ("madang.web.commands.serve", "tokenizer"),
    "import": ("madang.web.commands.imports", "import_"),
    "record": ("madang.web.commands.record", "record"),
    "backup": ("madang.web.commands.backup", "backup"),
    "restore": ("madang.web.commands.backup", "restore"),
    "push-keys": ("madang.web.commands.push", "push_keys"),
    "check": ("madang.web.commands.site", "check"),
    "manage": ("madang.web.commands.site", "manage"),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        return getattr(importlib.import_module(module), name)


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="madang", prog_name="madang")
def main() -> None:
    """Madang (마당): from a voice to a policy that works, and on to others."""


if __name__ == "__main__":
    main()
