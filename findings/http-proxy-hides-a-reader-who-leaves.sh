#!/usr/bin/env bash
# npm http-proxy reads an answer to its end when its reader has left; two more proxies of Node do so before the first byte.
#
# Guess: it ends its request when the client closes, as nginx does; it has code to do so.
# Seen:  http-proxy 1.18.1: the server writes to the end, to nobody. The code waits for the event "aborted", which Node no
#        longer emits for a request that has been read. http-proxy-middleware 3, which is built on it, and
#        @fastify/reply-from do so if the reader leaves before the headers have come. http-proxy-3 and
#        http-proxy-middleware 4 close in both cases.
# Why:   development servers and gateways of Node sit between a browser's stop button and an answer that is paid for, and
#        models that think first are left before the first byte.
# Ran:   http-proxy 1.18.1, http-proxy-middleware 3.0.5 and 4.2.1, http-proxy-3 2.0.1, @fastify/reply-from 12.6.5, node
#        20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts http-proxy@1.18.1 middleware-3@npm:http-proxy-middleware@3.0.5 \
  middleware-4@npm:http-proxy-middleware@4.2.1 http-proxy-3@2.0.1 @fastify/reply-from@12.6.5 fastify@5.6.2 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in http-proxy middleware-3 middleware-4 http-proxy-3 @fastify/reply-from; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import httpProxy from 'http-proxy';
import httpProxy3 from 'http-proxy-3';
import replyFrom from '@fastify/reply-from';
import fastify from 'fastify';
import { createProxyMiddleware as middleware3 } from 'middleware-3';
import { createProxyMiddleware as middleware4 } from 'middleware-4';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

let asked, closed;
const server = http.createServer(async (request, response) => {
  request.resume();
  response.on('close', () => closed(response.writableFinished ? 'read to its end' : 'closed'));
  if (request.url === '/answering') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: Hi\n\n');
  }
  asked();
  for (let i = 0; i < 15 && !response.destroyed; i++) {
    await sleep(100);
    if (request.url === '/answering') response.write('data: Hi\n\n');
  }
  response.end('data: end\n\n');
});
const target = `http://127.0.0.1:${await listen(server)}`;
const web = (proxy) => {
  proxy.on('error', () => {});
  return listen(http.createServer((request, response) => proxy.web(request, response)));
};
const reply = async () => {
  const app = fastify();
  app.register(replyFrom, { base: target });
  app.all('/*', (request, response) => response.from(request.url));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
};
const proxies = {
  'http-proxy': await web(httpProxy.createProxyServer({ target })),
  'http-proxy-middleware 3': await listen(http.createServer(middleware3({ target }))),
  'http-proxy-middleware 4': await listen(http.createServer(middleware4({ target }))),
  'http-proxy-3': await web(httpProxy3.createProxyServer({ target })),
  '@fastify/reply-from': await reply(),
};
const seen = [];
for (const [name, port] of Object.entries(proxies)) {
  for (const path of ['/thinking', '/answering']) {
    const reached = new Promise((done) => { asked = done; });
    const outcome = new Promise((done) => { closed = done; });
    const leave = new AbortController();
    const response = fetch(`http://127.0.0.1:${port}${path}`, { signal: leave.signal });
    response.catch(() => {});
    await reached;
    if (path === '/answering') await (await response).body.getReader().read();
    leave.abort();
    seen.push(await outcome);
    console.log(name.padEnd(24), path === '/thinking' ? 'left before the headers:' : 'left within the answer: ', seen.at(-1));
  }
}
const [kept, left] = ['read to its end', 'closed'];
verdict(seen.join() === [kept, kept, kept, left, left, left, left, left, kept, left].join());
JS
node run.mjs
