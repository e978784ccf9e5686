"""The address by which clinics' servers know the application; `webui.wsgi` is where it stands."""

from webui.wsgi import application

__all__ = ["application"]
