#!/usr/bin/env bash
# npm @huggingface/inference repeats a request that got 503 at once, without a limit, whatever Retry-After says.
#
# Guess: like the other SDKs it tries two or three times, waits longer each time and obeys Retry-After.
# Seen:  "Retry-After: 1" on 20 answers, then the stream: 21 requests within a second or so; no count ends it.
# Why:   a server that sheds load by 503 gets more of it from each waiting client; the caller sees no error at all.
#        retry_on_error: false switches it off; Retry-After has to be obeyed outside.
# Ran:   @huggingface/inference 4.13.30, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @huggingface/inference@4.13.30 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @huggingface/inference; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { InferenceClient } from '@huggingface/inference';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const refusals = 20;
let requests = 0;
const server = http.createServer((request, response) => {
  request.resume();
  if (++requests <= refusals) {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
    return response.end('{"error":{"message":"overloaded"}}');
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end('data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
});
const client = new InferenceClient('none', { endpointUrl: `http://127.0.0.1:${await listen(server)}` });
const started = performance.now();
let text = '';
for await (const chunk of client.chatCompletionStream({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] })) {
  text += chunk.choices[0].delta.content;
}
const seconds = (performance.now() - started) / 1000;
console.log(requests, 'requests in', seconds.toFixed(2), 's, read:', text);
verdict(requests === refusals + 1 && text === 'Hi' && seconds < refusals);
JS
node run.mjs
