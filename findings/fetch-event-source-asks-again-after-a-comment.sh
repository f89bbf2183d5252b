#!/usr/bin/env bash
# npm @microsoft/fetch-event-source hands comments out as messages; who parses each message's JSON asks the model anew.
#
# Guess: a comment (": heartbeat") is invisible, as in the standard, and an exception in onmessage ends the call.
# Seen:  onmessage is called with empty data for each comment. JSON.parse('') throws, and what onmessage throws is treated
#        like a lost connection: the same POST is sent again, by default without an end.
# Why:   heartbeats against idle proxies turn one question into several, each a new answer that is paid for, while
#        the same server is fine with a browser's EventSource. Skip messages without data; throw in onerror.
# Ran:   @microsoft/fetch-event-source 2.0.1, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @microsoft/fetch-event-source@2.0.1 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @microsoft/fetch-event-source; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import library from '@microsoft/fetch-event-source';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
// The two things of a browser that it asks for.
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

let posts = 0;
const server = http.createServer((request, response) => {
  request.resume();
  posts++;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end((posts <= 3 ? ': heartbeat\n\n' : '') + 'data: {"text":"Hi"}\n\n'); // the fourth answer has no heartbeat
});
const url = `http://127.0.0.1:${await listen(server)}/`;
const call = { method: 'POST', body: '{"prompt":"Hello"}', fetch };

const seen = [];
await library.fetchEventSource(url, { ...call, onmessage: (message) => seen.push(message.data) });
console.log('messages of a comment and an event:', seen);
posts = 0;
let text = '';
await library.fetchEventSource(url, { ...call, onmessage: (message) => { text += JSON.parse(message.data).text; } });
console.log('parsing each message: text', text, 'after', posts, 'POSTs');
verdict(JSON.stringify(seen) === '["","{\\"text\\":\\"Hi\\"}"]' && text === 'Hi' && posts === 4);
JS
node run.mjs
