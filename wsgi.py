"""The application for a WSGI host on gevent; `python wsgi.py` serves it, set by the environment."""

from gevent import monkey

monkey.patch_all()

from chatterpy import create_app
from chatterpy.farewell import leave_with_host
from chatterpy.serve import main

if __name__ == "__main__":
    raise SystemExit(main({}))

app = create_app()
leave_with_host(app)
