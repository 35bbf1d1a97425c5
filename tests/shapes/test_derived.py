"""The stored figures of the open data sets: computed again where DACU_DATA names the files."""

from __future__ import annotations

import pytest
from derive import derive, folder
from stored import figures, stored

HALF_A_DIGIT = 5.1e-5  # figures are stored with four decimals


@pytest.mark.skipif(folder() is None, reason="DACU_DATA does not name the folder of the open data sets")
def test_stored_figures_are_those_of_the_files() -> None:
    data = folder()
    assert data is not None
    found = derive(data)
    assert found.keys() == figures().keys()
    for figure, value in found.items():
        assert figures()[figure] == pytest.approx(value, abs=HALF_A_DIGIT), figure


def test_a_day_of_views_adds_up_to_one() -> None:
    for year in (2014, 2017):
        hours = figures()[f"views_by_hour_{year}"]
        assert len(hours) == 24
        assert sum(hours) == pytest.approx(1, abs=24 * HALF_A_DIGIT)


def test_every_data_set_names_its_title_licence_and_method() -> None:
    assert all(rows["title"] and rows["licence"] and rows["how"] for rows in stored().values())
