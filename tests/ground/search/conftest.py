"""Voices in the index, read by the real model in this process."""

from __future__ import annotations

import pytest

from madang.engines.texts.tokens import default_tokenizer
from madang.ground.participation.search import client, index
from tests.factories import ProposalFactory


@pytest.fixture(scope="session")
def kiwi():
    tokenizer = default_tokenizer()
    tokenizer.tokenise("준비")
    return tokenizer


@pytest.fixture
def reading(kiwi):
    """Every query and text of the test is read by the model."""
    with client.using(kiwi):
        yield kiwi


@pytest.fixture
def voices(db, reading):
    """A function: make voices of (title, body) and index them, settled or loose; returns their ids."""

    def make(*texts, settled=True, **fields):
        made = [ProposalFactory(title=title, body=body, **fields).pk for title, body in texts]
        index.mark_waiting(made)
        index.index_waiting()
        if settled:
            index.settle(at_least=1)
        return made

    return make
