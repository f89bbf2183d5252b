#!/usr/bin/env bash
# npm @google/genai drops in silence every event that doesn't begin with "data:", an error named "event: error" too.
#
# Guess: it reads event streams as the standard has them; fields it has no use for, and comments, don't matter.
# Seen:  of three events the one that begins with "id: 1", ": heartbeat" or "event: message" is missing from the answer;
#        with the id after the data it is a SyntaxError. With "event: error" before the error the stream ends as if whole.
# Why:   a gateway that numbers its events so that they can be resumed, or writes a heartbeat without a blank line after
#        it, sends an empty answer to this client alone: give it bare data lines, for errors too.
# Ran:   @google/genai 3.3.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @google/genai@3.3.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @google/genai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { GoogleGenAI } from '@google/genai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const event = (text, finishReason) => `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason }] })}\n`;
const error = 'data: {"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}\n';
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: `http://127.0.0.1:${await listen(server)}` } });
const read = async (what, middle) => {
  body = event('a') + '\n' + middle + '\n' + event('c', 'STOP') + '\n';
  let text = '';
  try {
    for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'Hello' })) {
      text += chunk.text;
    }
  } catch (ex) {
    text += ' ' + ex.name;
  }
  console.log(what.padEnd(22), text);
  return text;
};
const seen = [
  await read('data alone', event('b')),
  await read('data, then id', event('b') + 'id: 1\n'),
  await read('id, then data', 'id: 1\n' + event('b')),
  await read('comment, then data', ': heartbeat\n' + event('b')),
  await read('event: message', 'event: message\n' + event('b')),
  await read('error', error),
  await read('error with its name', 'event: error\n' + error),
];
verdict(seen.join() === 'abc,a SyntaxError,ac,ac,ac,a ApiError,ac');
JS
node run.mjs
