"""Settings of the peer of votes_load.py: the demo's, with the addresses of peerurls.py."""

from madang.web.settings.demo import *  # noqa: F403

ROOT_URLCONF = "peerurls"
