"""The board on Compare: who opens it, in which mode, and that joining it is one's own act."""

import re

from tests.web.conftest import SAME_ORIGIN, profile
from uptake.web.demo_routes import BANDS


def as_peer(site):
    client = site.signed_in("self")
    answer = client.post("/purpose", data={"purpose": "board"}, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    return client


def test_off_there_is_no_board_for_anybody(demo):
    assert 'id="board"' not in as_peer(demo).get("/compare").text
    assert 'id="board"' not in demo.signed_in("executive").get("/compare").text
    assert as_peer(demo).get("/compare/board.csv").status_code == 404


def test_open_shows_the_line_to_peers_and_to_nobody_else(demo):
    with profile(demo, "open-board"):
        page = as_peer(demo).get("/compare").text
        assert 'id="board"' in page
        assert "The board of your line" in page
        for role in ("executive", "manager", "lob_lead", "self"):
            answer = demo.signed_in(role).get("/compare")
            assert answer.status_code in (200, 404)
            assert 'id="board"' not in answer.text


def test_bands_are_switched_on_in_the_demo_and_joined_by_a_form(demo):
    client = as_peer(demo)
    try:
        client.post("/profile", data={"profile": BANDS}, headers=SAME_ORIGIN)
        assert f"<b>{BANDS}</b> is in force" in client.get("/signin").text
        page = client.get("/compare")
        assert page.headers["cache-control"] == "no-store"
        text = page.text[page.text.index('id="board"') :]
        assert "Stand on the board" in text or "Leave the board" in text
        assert not re.search(r">\d{6}<", text), "a person's id in a board of pseudonyms"
        for value in ("in", "out"):
            assert client.post("/board", data={"value": value}, headers=SAME_ORIGIN).status_code == 303
        assert client.post("/board", data={"value": "x"}, headers=SAME_ORIGIN).status_code == 404
        assert client.post("/board", data={"value": "in"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert demo.client().post("/board", data={"value": "in"}, headers=SAME_ORIGIN).status_code == 404
    finally:
        demo.app.state.site.switch_profile("managed")
