"""The library websockets on uvloop, as its documentation has it: `broadcast`, without deflate."""

import json
import sys
from pathlib import Path

import uvloop
from jinja2 import Environment
from websockets.asyncio.server import broadcast, serve

FRAME = Environment(autoescape=True).from_string(Path(sys.argv[1]).read_text())

readers = set()
seq = 0


async def room(ws):
    global seq
    try:
        async for data in ws:
            act = json.loads(data)
            if act["act"] == "resume":
                await ws.send('<hx-partial hx-target="#status">')
                readers.add(ws)
            else:
                seq += 1
                html = FRAME.render(cursor=seq - 1, seq=seq, text=act["text"])
                broadcast(readers, html)
    finally:
        readers.discard(ws)


async def main():
    async with serve(room, "127.0.0.1", 0, compression=None, backlog=1024) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}", flush=True)
        await server.serve_forever()


uvloop.run(main())
