"""Plain flask-sock on gevent, as its documentation has it: `ws.send` to each reader."""

from gevent import monkey

monkey.patch_all()

import json
import sys
from pathlib import Path

from flask import Flask
from flask_sock import Sock
from gevent.pywsgi import WSGIServer
from jinja2 import Environment
from simple_websocket import ConnectionClosed

FRAME = Environment(autoescape=True).from_string(Path(sys.argv[1]).read_text())

app = Flask(__name__)
sock = Sock(app)
readers = set()
seq = 0


@sock.route("/rooms/<slug>/socket")
def room(ws, slug):
    global seq
    try:
        while True:
            act = json.loads(ws.receive())
            if act["act"] == "resume":
                ws.send('<hx-partial hx-target="#status">')
                readers.add(ws)
            else:
                seq += 1
                html = FRAME.render(cursor=seq - 1, seq=seq, text=act["text"])
                for reader in tuple(readers):
                    try:
                        reader.send(html)
                    except ConnectionClosed:
                        readers.discard(reader)
    finally:
        readers.discard(ws)


server = WSGIServer(("127.0.0.1", 0), app, backlog=1024, log=None)
server.start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
