#!/usr/bin/env bash
# Varnish cuts a response that is alive: send_timeout is a limit for the whole of it, not for a silence.
#
# Guess: send_timeout (600 s) bounds how long one write to the client may block; a stream with an event now and then
#        is never cut.
# Seen:  with send_timeout=3 a stream of an event each 0.2 s is cut after some 3 s, in the middle, by a closed
#        connection. A request that is piped is not.
# Why:   answers and feeds of more than ten minutes break, however many heartbeats they send.
# Ran:   Debian 12's varnish 7.1.1-2+deb12u1, node 20.20.2, on 2026-11-28; needs apt-get, dpkg, a C compiler (for VCL) and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -q varnish=7.1.1-2+deb12u1 libvarnishapi3=7.1.1-2+deb12u1 libjemalloc2 >apt.log 2>&1 || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu:$folder/root/usr/lib/x86_64-linux-gnu/varnish
root/usr/sbin/varnishd -V 2>&1 | sed -n 1p

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
const origin = http.createServer(async (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (let i = 0; i < 35 && !response.destroyed; i++) {
    response.write(`data: ${i}\n\n`);
    await sleep(200);
  }
  response.end();
});
const read = (port, path) => new Promise((done) => {
  const begun = Date.now();
  http.get({ port, path, host: '127.0.0.1' }, (response) => {
    const end = () => done({ whole: response.complete, after: (Date.now() - begun) / 1000 });
    response.resume().on('end', end).on('error', end);
  });
});
(async () => {
  const upstream = await listen(origin), port = await freePort();
  fs.writeFileSync('default.vcl', `
vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${upstream}"; }
sub vcl_recv { if (req.url == "/piped") { return (pipe); } }
`);
  run('root/usr/sbin/varnishd', ['-F', '-n', process.cwd() + '/work', '-a', `127.0.0.1:${port}`, '-f', process.cwd() + '/default.vcl',
    '-s', 'malloc,32m', '-j', 'none', '-p', 'send_timeout=3']);
  await up(port);
  const [cut, piped] = await Promise.all([read(port, '/'), read(port, '/piped')]);
  console.log(`7 s of events: ${cut.whole ? 'whole' : 'cut'} after ${cut.after} s, piped ${piped.whole ? 'whole' : 'cut'} after ${piped.after} s`);
  verdict(!cut.whole && cut.after < 6 && piped.whole);
})();
JS
node run.js
