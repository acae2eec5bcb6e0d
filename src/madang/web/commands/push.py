"""`madang push-keys`: the key pair with which the site signs what it pushes to browsers."""

from __future__ import annotations

import click

from madang.web.site import site


@click.command("push-keys")
def push_keys() -> None:
    """Make the keys of web push, unless there are some; prints the public one."""
    with site():
        from django.conf import settings

        from madang.ground.participation.delivery import webpush

        made = webpush.make_keys()
        click.echo(webpush.public_key())
    where = "MADANG_VAPID_PRIVATE_KEY" if settings.VAPID_PRIVATE_KEY else str(settings.VAPID_FILE)
    click.echo(f"Made and kept in {where}: back it up." if made else f"Kept in {where}.", err=True)
