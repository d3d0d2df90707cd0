"""Flask-SocketIO on gevent, as its documentation has it: `emit` to a room."""

from gevent import monkey

monkey.patch_all()

import sys
from pathlib import Path

from flask import Flask, request
from flask_socketio import SocketIO, join_room
from gevent.pywsgi import WSGIServer
from jinja2 import Environment

FRAME = Environment(autoescape=True).from_string(Path(sys.argv[1]).read_text())

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent")
seq = 0


@socketio.on("resume")
def resume(cursor):
    join_room("lobby")
    socketio.emit("ready", to=request.sid)


@socketio.on("say")
def say(act):
    global seq
    seq += 1
    html = FRAME.render(cursor=seq - 1, seq=seq, text=act["text"])
    socketio.emit("message", html, to="lobby")


# The application is Flask's with the engine around it, as `socketio.run` has it.
server = WSGIServer(("127.0.0.1", 0), app, backlog=1024, log=None)
server.start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
