#!/usr/bin/env bash
# nginx with proxy_buffering on passes a chunked HTTP/1.1 response on piece by piece; what it keeps back is HTTP/1.0.
#
# Guess: proxy_buffering, on by default, keeps the events of a stream back until a buffer is full or the answer ends,
#        so a stream needs "proxy_buffering off" or the header X-Accel-Buffering: no.
# Seen:  with "proxy_http_version 1.1" and no more, each event passes as it comes. With the default, 1.0, all come at
#        the end; X-Accel-Buffering: no changes that.
# Why:   a test with either setting proves nothing about the other. Servers should send the header, as it is right with
#        both.
# Ran:   Debian 12's nginx 1.22.1-9+deb12u11, node 20.20.2, on 2026-11-28; needs apt-get, dpkg and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -q nginx=1.22.1-9+deb12u11 >apt.log 2>&1 || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" root; done
root/usr/sbin/nginx -v

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
const COUNT = 10;
let ended = false;
const origin = http.createServer(async (request, response) => {
  ended = false;
  response.writeHead(200, { 'content-type': 'text/event-stream', ...(request.url === '/header' && { 'x-accel-buffering': 'no' }) });
  for (let i = 0; i < COUNT; i++) {
    response.write(`data: ${i}\n\n`);
    await sleep(200);
  }
  ended = true;
  response.end();
});
const eventsBeforeTheEnd = (port, path) => new Promise((done) => {
  http.get({ port, path, host: '127.0.0.1' }, (response) => {
    let text = '';
    response.on('data', (data) => { if (!ended) text += data; }).on('end', () => done(text.split('\n\n').length - 1));
  });
});
(async () => {
  const upstream = await listen(origin), http10 = await freePort(), http11 = await freePort();
  fs.writeFileSync('nginx.conf', `
daemon off;
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:${http10}; location / { proxy_pass http://127.0.0.1:${upstream}; } }
  server { listen 127.0.0.1:${http11}; location / { proxy_pass http://127.0.0.1:${upstream}; proxy_http_version 1.1; } }
}
`);
  run('root/usr/sbin/nginx', ['-p', process.cwd(), '-c', 'nginx.conf', '-e', 'error.log']);
  await up(http11);
  const seen = [await eventsBeforeTheEnd(http10, '/'), await eventsBeforeTheEnd(http11, '/'), await eventsBeforeTheEnd(http10, '/header')];
  console.log(`of ${COUNT} events came before the end: HTTP/1.0 ${seen[0]}, HTTP/1.1 ${seen[1]}, HTTP/1.0 with the header ${seen[2]}`);
  verdict(seen[0] === 0 && seen[1] >= COUNT - 1 && seen[2] >= COUNT - 1);
})();
JS
node run.js
