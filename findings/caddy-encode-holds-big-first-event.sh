#!/usr/bin/env bash
# Caddy's "encode gzip" holds an event stream back to its end if its first piece is larger than 512 bytes.
#
# Guess: the proxy flushes each piece of text/event-stream, so encode flushes its compressor each time, too.
# Seen:  a first piece of up to 512 bytes switches compression off, and all events pass as they come. One of 513 is
#        compressed, and so is all that follows, and no text reaches the reader before the end.
# Why:   it works in every try with short events, and then a long first event (a cached answer, a replay, a "state"
#        message) silences that one stream. An encode with a matcher for other paths is right.
# Ran:   Debian 12's caddy 2.6.2-5, node 20.20.2, on 2026-11-28; needs apt-get, dpkg and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -q caddy=2.6.2-5 >apt.log 2>&1 || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" root; done
root/usr/bin/caddy version

cat >run.js <<'JS'
const http = require('http'), net = require('net'), fs = require('fs'), { spawn } = require('child_process');
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const freePort = async () => {
  const server = net.createServer();
  const port = await listen(server);
  return new Promise((done) => server.close(() => done(port)));
};
const up = (port) => new Promise((done) => {
  const attempt = () => net.connect(port, '127.0.0.1', function () { this.destroy(); done(); })
    .on('error', () => setTimeout(attempt, 50));
  attempt();
});
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const run = (command, args, options) => {
  const child = spawn(command, args, { stdio: 'ignore', ...options });
  process.on('exit', () => child.kill());
};
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
const zlib = require('zlib');
let ended = false;
const origin = http.createServer(async (request, response) => {
  ended = false;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' });
  response.write(`data: ${'x'.repeat(+request.url.slice(1) - 8)}\n\n`);
  for (let i = 0; i < 10; i++) {
    await sleep(200);
    response.write(`data: ${i}\n\n`);
  }
  await sleep(200);
  ended = true;
  response.end();
});
const piecesBeforeTheEnd = (port, size) => new Promise((done) => {
  http.get({ port, path: '/' + size, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } }, (response) => {
    let pieces = 0;
    const text = response.headers['content-encoding'] === 'gzip' ? response.pipe(zlib.createGunzip()) : response;
    text.on('data', () => { if (!ended) pieces++; }).on('end', () => done(pieces));
  });
});
(async () => {
  const upstream = await listen(origin), port = await freePort();
  fs.writeFileSync('Caddyfile', `
{
  admin off
}
http://:${port} {
  bind 127.0.0.1
  encode gzip
  reverse_proxy 127.0.0.1:${upstream}
}
`);
  run('root/usr/bin/caddy', ['run', '--adapter', 'caddyfile', '--config', 'Caddyfile'], { env: { HOME: process.cwd() } });
  await up(port);
  const small = await piecesBeforeTheEnd(port, 512), big = await piecesBeforeTheEnd(port, 513);
  console.log(`pieces before the end: ${small} after a first one of 512 bytes, ${big} after one of 513`);
  verdict(small >= 10 && big === 0);
})();
JS
node run.js
