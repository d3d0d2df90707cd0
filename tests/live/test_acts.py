"""Acts: what pages say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatterpy.errors import BadAct
from chatterpy.live.acts import Older, Resume, Say, parse


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ({"act": "resume", "cursor": "104"}, Resume(104, None)),
        ({"act": "resume", "cursor": 104, "before": "55"}, Resume(104, 55)),
        ({"act": "resume"}, Resume(None, None)),
        ({"act": "resume", "cursor": "", "headers": {"HX-Request": "true"}}, Resume(None, None)),
        ({"act": "say", "text": "hi", "nonce": "a"}, Say("hi", "a")),
        ({"act": "say", "text": "hi"}, Say("hi", None)),
        ({"act": "older", "before": "55"}, Older(55)),
    ],
)
def test_each_act_is_understood(said: object, act: object) -> None:
    assert parse(json.dumps(said)) == act


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hello",
        "[]",
        "1",
        "null",
        "{}",
        '{"act":"dance"}',
        '{"act":["resume"]}',
        '{"act":"resume","cursor":"-1"}',
        '{"act":"resume","cursor":"1e3"}',
        '{"act":"resume","cursor":"٣"}',
        '{"act":"resume","cursor":true}',
        '{"act":"resume","cursor":99999999999999999}',
        '{"act":"resume","cursor":"99999999999999999"}',
        '{"act":"resume","cursor":' + "9" * 5000 + "}",
        '{"act":"older"}',
        '{"act":"say"}',
        '{"act":"say","text":5}',
        '{"act":"say","text":"hi","nonce":null}',
        "[" * 100_000,
    ],
    ids=lambda data: data[:30],
)
def test_anything_else_is_refused_with_a_sentence(data: str) -> None:
    with pytest.raises(BadAct, match=r"\.$|'104'"):
        parse(data)


@given(
    st.text(max_size=100)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["act", "cursor", "text", "nonce", "before"]),
                inner | st.sampled_from(["resume", "say", "older"]),
            )
        ),
    ).map(json.dumps)
)
def test_nothing_that_is_said_makes_it_stumble(data: str) -> None:
    try:
        act = parse(data)
    except BadAct:
        return
    assert isinstance(act, Resume | Say | Older)
