#!/usr/bin/env bash
# npm openai asks for "Accept: application/json" when it streams, and then reads text/event-stream.
#
# Guess: with stream: true it sends Accept: text/event-stream, as the official Java SDK does.
# Seen:  application/json, both for chat.completions and for responses; the event stream that comes is read.
# Why:   a server that negotiates (Spring's produces = "text/event-stream") answers 406 to the most used client; one
#        that picks JSON or events by Accept sends it JSON.
# Ran:   openai 7.59.0, node 20.20.2, on 2026-11-28; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund openai@7.59.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
import OpenAI from 'openai';

const accepted = [];
const server = http.createServer((request, response) => {
  request.resume();
  accepted.push(request.headers.accept);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (request.url.endsWith('/responses')) {
    response.end('event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"Hi","sequence_number":1}\n\n');
  } else {
    response.end('data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  }
});
const client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}/v1` });
let text = '';
for await (const chunk of await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], stream: true })) {
  text += chunk.choices[0].delta.content;
}
for await (const event of await client.responses.create({ model: 'm', input: 'Hello', stream: true })) {
  text += event.delta;
}
console.log('Accept:', accepted, 'read:', text);
verdict(accepted.join() === 'application/json,application/json' && text === 'HiHi');
JS
node run.mjs
