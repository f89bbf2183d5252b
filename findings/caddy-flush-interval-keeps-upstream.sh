#!/usr/bin/env bash
# Caddy with "flush_interval -1" no longer tells the server that the client has left.
#
# Guess: -1 is about flushing alone; it is often advised for event streams and does no harm.
# Seen:  without it the server's connection closes within milliseconds of the client's; with it the server still
#        writes to a client that left long ago. Without it event streams are flushed at once all the same.
# Why:   a server that stops work when its client leaves (a paid call to a model, say) goes on to the end.
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
let closed = () => {};
const origin = http.createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: hello\n\n');
  response.on('close', () => closed());
});
const leave = (port) => new Promise((done) => {
  const request = http.get({ port, host: '127.0.0.1' }, (response) => {
    response.once('data', () => {
      const left = Date.now();
      const given = setTimeout(() => done(null), 5000);
      closed = () => { clearTimeout(given); done(Date.now() - left); };
      request.destroy();
    }).on('error', () => {});
  }).on('error', () => {});
});
(async () => {
  const upstream = await listen(origin), plain = await freePort(), flushing = await freePort();
  fs.writeFileSync('Caddyfile', `
{
  admin off
}
http://:${plain} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${upstream}
}
http://:${flushing} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${upstream} {
    flush_interval -1
  }
}
`);
  run('root/usr/bin/caddy', ['run', '--adapter', 'caddyfile', '--config', 'Caddyfile'], { env: { HOME: process.cwd() } });
  await up(flushing);
  const told = await leave(plain), untold = await leave(flushing);
  const text = (ms) => (ms === null ? 'not within 5 s' : `after ${ms} ms`);
  console.log(`the server learns of the leave ${text(told)}, with flush_interval -1 ${text(untold)}`);
  verdict(told !== null && untold === null);
})();
JS
node run.js
