"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from review.desk import audit_views, pair_views, views

urlpatterns = [
    path("", views.queue, name="queue"),
    path("flag/", views.flag, name="flag"),
    path("row/", views.row, name="row"),
    path("audits/", audit_views.audits, name="audits"),
    path("audit/", audit_views.audit, name="audit"),
    path("pairs/", pair_views.pairs, name="pairs"),
    path("pair/", pair_views.pair, name="pair"),
    path("static/desk.css", views.stylesheet, name="stylesheet"),
]
