#!/usr/bin/env bash
# @portkey-ai/gateway turns a provider's broken connection into a clean end.
#
# Guess: what it passes on byte by byte it also breaks off when the provider breaks off.
# Seen:  the provider resets its connection after two chunks; the caller gets both and then the proper end of a chunked
#        body with status 200. Asked directly, the provider's reset is an error.
# Why:   behind it an answer is whole only if a finish reason came; the end of the body proves nothing.
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

const provider = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (content) => response.write(`data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`);
  chunk('Hel');
  setTimeout(() => chunk('lo'), 200);
  setTimeout(() => request.socket.resetAndDestroy(), 400);
});
const upstream = await listen(provider);
const free = net.createServer(), port = await listen(free);
await new Promise((done) => free.close(done));
const gateway = spawn('node', ['node_modules/@portkey-ai/gateway/build/start-server.js', `--port=${port}`, '--headless'], { stdio: 'ignore' });
process.on('exit', () => gateway.kill());
const ask = (at) => new Promise((done, fail) => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none', 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1` };
  let response;
  let text = '';
  const end = () => done({ status: response.statusCode, chunks: text.split('data:').length - 1, whole: response.complete });
  http.request({ port: at, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions', headers }, (begun) => {
    response = begun.on('data', (data) => { text += data; }).on('end', end).on('error', end);
  }).on('error', (ex) => (response ? end() : fail(ex))).end(JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }] }));
});
const direct = await ask(upstream);
let through;
for (let attempt = 0; !through && attempt < 200; attempt++) {
  through = await ask(port).catch(() => new Promise((done) => setTimeout(done, 100)));
}
console.log('directly:', direct, '| through the gateway:', through);
verdict(!direct.whole && through.whole && through.status === 200 && through.chunks === 2);
JS
node run.mjs
