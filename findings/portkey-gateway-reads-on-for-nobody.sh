#!/usr/bin/env bash
# @portkey-ai/gateway reads a provider's answer to its end though its caller has left.
#
# Guess: it closes the call to the provider when its own caller closes, as a plain proxy does.
# Seen:  the caller leaves after the first chunk of an answer that takes four seconds; the provider is read to the end.
#        Asked directly, the provider sees its caller go within milliseconds.
# Why:   tokens that nobody reads are made and paid for. A stop button behind it stops the display alone.
# Ran:   @portkey-ai/gateway 1.15.2 (with @hono/node-server 1.13.7: with 1.19.19, which it takes by itself, each
#        streamed call answers 500), node 20.20.2, on 2026-11-28; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >package.json <<'JSON'
{"private": true, "dependencies": {"@portkey-ai/gateway": "1.15.2"}, "overrides": {"@hono/node-server": "1.13.7"}}
JSON
npm install --silent --no-audit --no-fund >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @portkey-ai/gateway @hono/node-server; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
import net from 'node:net';
import { spawn } from 'node:child_process';

let ended = () => {};
const provider = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let sent = 0;
  const timer = setInterval(() => {
    const delta = { id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: 'Hi ' }, finish_reason: null }] };
    response.write(`data: ${JSON.stringify(delta)}\n\n`);
    if (++sent === 20) response.end('data: [DONE]\n\n');
  }, 200);
  response.on('close', () => {
    clearInterval(timer);
    ended({ sent, whole: response.writableFinished });
  });
});
const upstream = await listen(provider);
const free = net.createServer(), port = await listen(free);
await new Promise((done) => free.close(done));
const gateway = spawn('node', ['node_modules/@portkey-ai/gateway/build/start-server.js', `--port=${port}`, '--headless'], { stdio: 'ignore' });
process.on('exit', () => gateway.kill());
const leave = (at) => new Promise((done, fail) => {
  ended = done;
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none', 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1` };
  let left = false;
  const request = http.request({ port: at, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions', headers }, (response) => {
    response.on('error', () => {}).once('data', () => {
      left = true;
      request.destroy();
    });
  }).on('error', (ex) => (left ? undefined : fail(ex)));
  request.end(JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }] }));
});
const direct = await leave(upstream);
let through;
for (let attempt = 0; !through && attempt < 200; attempt++) {
  through = await leave(port).catch(() => new Promise((done) => setTimeout(done, 100)));
}
console.log('the provider, directly:', direct, '| through the gateway:', through);
verdict(!direct.whole && direct.sent < 10 && through.whole && through.sent === 20);
JS
node run.mjs
