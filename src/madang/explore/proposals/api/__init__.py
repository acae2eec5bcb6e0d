"""Citizens' proposals in the API: reading for everybody, writing for their authors, deciding for the offices."""

from madang.explore.proposals.api import deciding, reading, writing
from madang.ground.footing.rest import gather

router = gather([reading.router, writing.router, deciding.router], tags=["proposals"])
