#!/usr/bin/env bash
# npm together-ai skips every event that has a name, an error too: a failed answer ends as a whole one.
#
# Guess: like groq-sdk, which is made by the same generator, it throws at an error event within a stream.
# Seen:  data: {"error":…} throws in both. With "event: error" before it together-ai skips it and the loop ends without
#        an exception; a chunk under "event: message", a browser's default name, is skipped as well.
# Why:   "event: error" is the one form of a failure that openai's clients all report, so servers send it;
#        here the answer is just short. Only a finish reason tells.
# Ran:   together-ai 0.52.0, groq-sdk 1.6.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts together-ai@0.52.0 groq-sdk@1.6.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in together-ai groq-sdk; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import Together from 'together-ai';
import Groq from 'groq-sdk';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const chunk = (content) => `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`;
const error = 'data: {"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}\n\n';
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
const baseURL = `http://127.0.0.1:${await listen(server)}`;
const read = async (client, rest) => {
  body = chunk('a') + rest;
  let text = '';
  try {
    for await (const part of await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], stream: true })) {
      text += part.choices[0].delta.content;
    }
    return text + ' end';
  } catch (ex) {
    return text + ' ' + ex.constructor.name;
  }
};
const seen = [];
for (const client of [new Together({ apiKey: 'none', baseURL }), new Groq({ apiKey: 'none', baseURL })]) {
  for (const rest of [error, 'event: error\n' + error, 'event: message\n' + chunk('b')]) {
    seen.push(await read(client, rest));
    console.log(client.constructor.name.padEnd(9), rest.split('{')[0].trim().replace('\n', ' ').padEnd(22), seen.at(-1));
  }
}
verdict(seen.join() === 'a APIError,a end,a end,a APIError,a APIError,ab end');
JS
node run.mjs
