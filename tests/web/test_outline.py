import json

import pytest
from click.testing import CliRunner
from django.urls import reverse

from madang.ground.places.operations import BoundaryError, import_boundaries
from madang.web.outline import outline
from tests.factories import PlaceFactory

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[127.0, 37.0], [127.1, 37.0], [127.1, 37.1], [127.0, 37.1], [127.0, 37.0]]],
}


def _collection(code, geometry):
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"code": code}, "geometry": geometry}],
    }


def test_a_square_in_degrees_stands_taller_than_wide():
    drawn = outline(SQUARE)
    assert drawn.width == 240
    assert 295 < drawn.height < 305  # 240 / cos(37°)
    assert drawn.path.startswith("M0.0 ")


@pytest.mark.parametrize("nothing", [None, {}, {"type": "Polygon", "coordinates": []}])
def test_without_an_outline_nothing_is_drawn(nothing):
    assert outline(nothing) is None


@pytest.mark.django_db
def test_an_imported_outline_is_shown_on_the_places_page(client):
    place = PlaceFactory()
    assert import_boundaries(collection=_collection(place.code, SQUARE)) == (1, [])
    assert 'class="outline"' in client.get(reverse("places:detail", args=[place.code])).content.decode()
    assert import_boundaries(collection=_collection("99999", SQUARE)) == (0, ["99999"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"features": "all"},
        {"features": ["one"]},
        _collection("41", None),
        _collection("41", {"type": "Point", "coordinates": [127, 37]}),
        _collection("41", {"type": "Polygon", "coordinates": [[["x", 37]]]}),
        _collection("41", {"type": "Polygon", "coordinates": [[[1_000_000.0, 37.0]]]}),
    ],
)
def test_what_is_no_outline_is_refused_whole(broken):
    with pytest.raises(BoundaryError):
        import_boundaries(collection=broken)


def test_the_command_names_what_is_wrong(tmp_path):
    from madang.web.cli import main

    file = tmp_path / "broken.geojson"
    file.write_text(json.dumps([])[:-1])
    result = CliRunner().invoke(main, ["import", "boundaries", str(file)])
    assert result.exit_code == 2
    assert "is no JSON" in result.output + str(result.exception)
