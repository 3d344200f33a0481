"""The page of an API: every body that OpenAPI allows is shown, with or without an example."""

import pytest

from present.openapi_page import page


def described(body: dict[str, object]) -> dict[str, object]:
    operation = {"requestBody": {"content": {"application/json": body}}, "responses": {"202": {}}}
    return {"info": {"title": "Cửa <nhận>"}, "paths": {"/ingest/hotline": {"post": operation}}}


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"example": [{"at": "<b>"}], "schema": {"type": "array"}}, "&lt;b&gt;"),
        ({"examples": {"one": {"value": 7}}}, "7"),
        ({"schema": {"type": "array"}}, "array"),
    ],
)
def test_an_example_stands_before_a_schema(body: dict[str, object], shown: str):
    told = page(described(body))
    assert told.count("</pre>") == 1
    assert shown in told


def test_a_body_that_says_nothing_of_itself_leaves_the_page_whole():
    told = page(described({}))
    assert "/ingest/hotline" in told
    assert "application/json" in told
    assert "</pre>" not in told
    assert "Cửa &lt;nhận&gt;" in told
