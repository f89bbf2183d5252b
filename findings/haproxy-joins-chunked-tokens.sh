#!/usr/bin/env bash
# HAProxy keeps each piece of a chunked HTTP/1.1 response back for 200 ms while more is to come.
#
# Guess: it buffers no response that would have to be told not to, so the events of a stream pass one by one.
# Seen:  20 events, each written when the one before has arrived, take 4.2 s; with "option http-no-delay" 4 ms. A
#        stream of an event each 50 ms arrives in bursts of four or five.
# Why:   every chat behind a stock HAProxy stutters, though nothing is lost and no test of whole answers notices.
# Ran:   Debian 12's haproxy 2.6.12-1+deb12u4, node 20.20.2, on 2026-11-28; needs apt-get, dpkg and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -q haproxy=2.6.12-1+deb12u4 liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 >apt.log 2>&1 || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu
root/usr/sbin/haproxy -v | sed -n 1p

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
const COUNT = 20;
let write = () => {};
const origin = http.createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  write = (i) => (i < COUNT ? response.write(`data: ${i}\n\n`) : response.end());
  write(0);
});
const readInLockstep = (port) => new Promise((done) => {
  const begun = Date.now();
  http.get({ port, host: '127.0.0.1' }, (response) => {
    let text = '', seen = 0;
    response.on('data', (data) => {
      text += data;
      const count = text.split('\n\n').length - 1;
      while (seen < count) write(++seen);
    }).on('end', () => done(Date.now() - begun));
  });
});
(async () => {
  const upstream = await listen(origin), stock = await freePort(), prompt = await freePort();
  fs.writeFileSync('haproxy.cfg', `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen stock
  bind 127.0.0.1:${stock}
  server origin 127.0.0.1:${upstream}
listen prompt
  bind 127.0.0.1:${prompt}
  option http-no-delay
  server origin 127.0.0.1:${upstream}
`);
  run('root/usr/sbin/haproxy', ['-db', '-f', 'haproxy.cfg']);
  await up(stock);
  await up(prompt);
  const slow = await readInLockstep(stock), quick = await readInLockstep(prompt);
  console.log(`${COUNT} events in lockstep: ${slow} ms, with option http-no-delay ${quick} ms`);
  verdict(slow > COUNT * 180 && quick < slow / 2);
})();
JS
node run.js
