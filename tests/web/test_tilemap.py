"""The tile map: no collisions, every municipality, positions and neighbors like the real ones."""

import itertools
import json

import pytest
from scipy.stats import spearmanr

from madang.web import tilemap

FILES = {"41": "gyeonggi_31_3.geojson", "11": "seoul_25_3.geojson"}
EXPECTED = {"41": 31, "11": 25}


def _rings(geometry):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [polygon[0] for polygon in polygons]


def _centroid(ring):
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        cross = x0 * y1 - x1 * y0
        area, x, y = area + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return abs(area), x / (3 * area), y / (3 * area)


@pytest.fixture(params=("41", "11"))
def region(request, shared):
    """(code of the region, {municipal code: (longitude, latitude, border points)}) from the real boundaries."""
    path = shared / "regions" / FILES[request.param]
    real = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        rings = _rings(feature["geometry"])
        _, lon, lat = max(_centroid(ring) for ring in rings)
        points = {(round(x, 4), round(y, 4)) for ring in rings for x, y in ring}
        real[feature["properties"]["code"]] = (lon, lat, points)
    return request.param, real


@pytest.mark.parametrize("code", ["41", "11"])
def test_each_cell_holds_one_municipality(code):
    cells = [(at.col, at.row) for at in tilemap.GRIDS[code].values()]
    assert len(cells) == len(set(cells)) == EXPECTED[code]
    assert all(0 <= col < 6 and 0 <= row < 9 for col, row in cells)


def test_every_real_municipality_has_a_tile(region):
    code, real = region
    assert set(tilemap.GRIDS[code]) == set(real)


def test_positions_follow_longitude_and_latitude(region):
    code, real = region
    grid = tilemap.GRIDS[code]
    order = sorted(real)
    east = spearmanr([real[c][0] for c in order], [grid[c].col for c in order]).statistic
    south = spearmanr([-real[c][1] for c in order], [grid[c].row for c in order]).statistic
    assert east > 0.9
    assert south > 0.9


def test_true_neighbors_mostly_stay_neighbors(region):
    code, real = region
    grid = tilemap.GRIDS[code]
    borders = [(a, b) for a, b in itertools.combinations(sorted(real), 2) if len(real[a][2] & real[b][2]) >= 2]
    kept = [pair for pair in borders if _touch(grid[pair[0]], grid[pair[1]])]
    assert len(kept) / len(borders) >= 0.75


def _touch(one, other):
    return max(abs(one.col - other.col), abs(one.row - other.row)) == 1


def test_steps_use_quartiles_and_zero_has_its_own():
    values = [0, 0, 1, 2, 3, 4, 5, 6, 7, 80]
    bounds = tilemap.breaks(values)
    steps = [tilemap.step(value, bounds) for value in values]
    assert steps == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert tilemap.legend(bounds, values)[0] == (0, 0, 0)


def test_few_values_give_few_steps():
    assert tilemap.breaks([0, 0]) == []
    assert tilemap.breaks([3, 3, 3]) == [3]
    assert tilemap.step(3, [3]) == 1


def test_names_are_short_in_both_languages():
    for grid in tilemap.GRIDS.values():
        for at in grid.values():
            assert len(at.ko) <= 3
            assert max(len(part) for part in at.en.split(tilemap.SOFT_HYPHEN)) <= 8
