"""What the desk shows when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from review.desk import views


def test_unknown_page_is_told_in_japanese(desk: Client) -> None:
    response = desk.get("/nowhere/")
    assert response.status_code == 404
    assert "ページが見つかりません" in response.content.decode()


def test_form_without_its_token_is_told_in_japanese(
    home: object, publish: Callable[..., None]
) -> None:
    publish({})
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    response = client.post("/flag/?id=self_dealing:C-1", {})
    assert response.status_code == 403
    assert "判定は記録されていません" in response.content.decode()


def test_failure_is_told_in_japanese(
    home: object, publish: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish({})

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(views, "list_flags", fail)
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    response = client.get("/")
    assert response.status_code == 500
    assert "表示できませんでした" in response.content.decode()
