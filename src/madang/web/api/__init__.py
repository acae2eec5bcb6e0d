"""The API: composed of every app's drawer `api.py`, guarded by one door, described by one OpenAPI document."""
