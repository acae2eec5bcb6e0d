"""The whole numbers from which the components follow: VᵀV, VᵀM and MᵀM, and RᵀR row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from madang.engines.opinions import kernels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.opinions.residual import Residual


class Sums:
    """Sums over people for up to `room` statements; V: votes, M: the mask of who voted. 20 bytes a pair."""

    def __init__(self, room: int) -> None:
        self.products, self.crossed, self.masks = (np.zeros((room, room), np.int32) for _ in range(3))
        self.gram = np.zeros((room, room))

    @property
    def room(self) -> int:
        return len(self.gram)

    def grown(self, room: int) -> Sums:
        larger, m = Sums(room), self.room
        for name in ("products", "crossed", "masks", "gram"):
            getattr(larger, name)[:m, :m] = getattr(self, name)
        return larger

    def gather(self, table: Residual) -> None:
        """Add everybody's votes."""
        kernels.gathered(table.start, table.statement, table.value, self.products, self.crossed, self.masks)

    def change(self, statements: NDArray[np.int32], codes: NDArray[np.int64], at: int, old: int, new: int) -> None:
        """Replace the vote at `at` of one person's row. Codes: value + 1, or 3 for none."""
        kernels.change(self.products, self.crossed, self.masks, statements, codes, at, old, new)

    def refresh(self, j: int, live: NDArray[np.bool_], m: int) -> None:
        """Compute row and column j of RᵀR anew; a statement that is not live is 0."""
        kernels.covariance_row(self.products, self.crossed, self.masks, live, self.gram, j, m)
