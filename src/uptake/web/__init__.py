"""The pages: an app built from PAGES, thin over `reads.ask`. Learn it in this order: `pages/shape.py` (what a page is),
`pages/` (the pages), `compose.py` (rows through the door), `render.py` (HTML), `page_routes.py`, `app.py`, `server.py`.
"""

from uptake.web.app import app
from uptake.web.server import serve

__all__ = ["app", "serve"]
