// Socket.IO on node, as its documentation has it: `emit` to a room.

const fs = require("fs");
const http = require("http");
const { Server } = require("socket.io");

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
const frame = fs.readFileSync(process.argv[2], "utf8").split(/\{\{ (\w+) \}\}/);

const render = (values) =>
  frame
    .map((part, index) =>
      index % 2 ? String(values[part]).replace(/[&<>"']/g, (char) => escapes[char]) : part,
    )
    .join("");

const server = http.createServer();
const io = new Server(server, { transports: ["websocket"] });
let seq = 0;

io.on("connection", (socket) => {
  socket.on("resume", () => {
    socket.join("lobby");
    socket.emit("ready");
  });
  socket.on("say", (act) => {
    seq += 1;
    io.to("lobby").emit("message", render({ cursor: seq - 1, seq, text: act.text }));
  });
});

server.listen(0, "127.0.0.1", 1024, () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
