"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from review.desk import views

urlpatterns = [
    path("", views.queue, name="queue"),
    path("flag/", views.flag, name="flag"),
    path("static/desk.css", views.stylesheet, name="stylesheet"),
]
