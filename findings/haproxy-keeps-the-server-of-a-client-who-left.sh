#!/usr/bin/env bash
# HAProxy keeps the server's connection open after the client has left, unless "option abortonclose" is set.
#
# Guess: it closes the server's connection when the client's closes, since nobody is left to pass the answer on to; the
#        option, by its manual's words, is about requests that wait in a queue.
# Seen:  over HTTP/1.1 the server's connection stands five seconds after the client has left, in the middle of an answer
#        and before its headers. It closes when the server writes: the second event after the leave finds nobody. With
#        the option it closes at once, in both cases.
# Why:   a server that stops paid work when its client leaves goes on, and one that is silent to the very end.
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
let closed = () => {}, current;
const origin = http.createServer((request, response) => {
  current = response;
  response.on('close', () => closed());
  if (request.url === '/midway') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: hello\n\n');
  }
});
const isClosedWithin = (ms) => new Promise((done) => {
  const given = setTimeout(() => done(false), ms);
  closed = () => { clearTimeout(given); done(true); };
});
const leave = async (port, path) => {
  current = undefined;
  const request = http.get({ port, path, host: '127.0.0.1' }).on('error', () => {});
  request.on('response', (response) => response.on('error', () => {}));
  while (!current) await sleep(20);
  await sleep(path === '/midway' ? 500 : 100);
  request.destroy();
  const silent = await isClosedWithin(5000);
  let events = 0;
  while (!silent && path === '/midway' && !current.destroyed && events < 5) {
    current.write('data: more\n\n');
    events++;
    await sleep(500);
  }
  current.destroy();
  return { silent, events };
};
(async () => {
  const upstream = await listen(origin), stock = await freePort(), aborting = await freePort();
  fs.writeFileSync('haproxy.cfg', `
defaults
  mode http
  option http-no-delay
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen stock
  bind 127.0.0.1:${stock}
  server origin 127.0.0.1:${upstream}
listen aborting
  bind 127.0.0.1:${aborting}
  option abortonclose
  server origin 127.0.0.1:${upstream}
`);
  run('root/usr/sbin/haproxy', ['-db', '-f', 'haproxy.cfg']);
  await up(stock);
  await up(aborting);
  const seen = [];
  for (const port of [stock, aborting]) for (const path of ['/midway', '/waiting']) seen.push(await leave(port, path));
  const text = ({ silent, events }) => (silent ? 'at once' : events ? `after ${events} more events` : 'not within 5 s');
  console.log(`midway ${text(seen[0])}, before headers ${text(seen[1])}; with abortonclose ${text(seen[2])}, ${text(seen[3])}`);
  verdict(!seen[0].silent && !seen[1].silent && seen[2].silent && seen[3].silent && seen[0].events >= 1 && seen[0].events <= 3);
})();
JS
node run.js
