"""The ways to be known: e-mail, a code to a phone, a resident's identity by a service or at a counter, an official.

A way is registered by its key; the page draws those that this site has set up. Adapters talk to services outside;
what they learn leaves them only as keyed hashes.
"""

from madang.ground.people.verification.identity import Identity, service
from madang.ground.people.verification.sms import gateway
from madang.ground.people.verification.ways import Way, find, register, registered

__all__ = ["Identity", "Way", "find", "gateway", "register", "registered", "service"]
