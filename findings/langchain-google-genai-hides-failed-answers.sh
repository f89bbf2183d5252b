#!/usr/bin/env bash
# npm @langchain/google-genai ends a stream as if it were whole when Gemini reports an error, or blocks prompt or answer.
#
# Guess: an error within the stream throws, as before it; SAFETY is to be found as the finish reason, as STOP is.
# Seen:  {"error":{"code":503,…}} after the first text is passed by: the loop ends, no exception. A chunk with a finish
#        reason (SAFETY) and no content is dropped, so there is no reason at all. Of a prompt that is blocked
#        no chunk comes and no error. npm @google/genai throws at the error, and gives out both reasons.
# Why:   half answers, and none, are stored as answers. A missing finishReason is the one sign.
# Ran:   @langchain/google-genai 2.3.2, @langchain/core 1.4.0, @google/genai 3.3.0, node 20.20.2, on 2026-11-29; needs npm
#        and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @langchain/google-genai@2.3.2 @langchain/core@1.4.0 @google/genai@3.3.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/google-genai @langchain/core @google/genai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { GoogleGenAI } from '@google/genai';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const event = (value) => `data: ${JSON.stringify(value)}\r\n\r\n`;
const text = (words, finishReason) => event({ candidates: [{ index: 0, content: { role: 'model', parts: [{ text: words }] }, finishReason }] });
const answers = {
  whole: text('Hel') + text('lo', 'STOP'),
  'error within': text('Hel') + event({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }),
  'answer blocked': text('Hel') + event({ candidates: [{ index: 0, finishReason: 'SAFETY' }] }),
  'prompt blocked': event({ promptFeedback: { blockReason: 'SAFETY' } }),
};
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
const url = `http://127.0.0.1:${await listen(server)}`;
const langchain = new ChatGoogleGenerativeAI({ model: 'gemini-m', apiKey: 'none', baseUrl: url, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } });
const readers = {
  '@langchain/google-genai': async () => {
    let words = '', reason;
    for await (const chunk of await langchain.stream('Hello')) {
      words += chunk.text;
      reason = chunk.response_metadata.finishReason ?? reason;
    }
    return [words, reason ?? 'no reason'];
  },
  '@google/genai': async () => {
    let words = '', reason;
    for await (const chunk of await google.models.generateContentStream({ model: 'gemini-m', contents: 'Hello' })) {
      words += chunk.text ?? '';
      reason = chunk.candidates?.[0]?.finishReason ?? chunk.promptFeedback?.blockReason ?? reason;
    }
    return [words, reason ?? 'no reason'];
  },
};
const seen = {};
for (const [name, read] of Object.entries(readers)) {
  for (const [what, answer] of Object.entries(answers)) {
    body = answer;
    const outcome = await read().catch(() => ['exception']);
    console.log(name.padEnd(24), `${what}:`, outcome);
    (seen[name] ??= []).push(outcome.join(' '));
  }
}
verdict(seen['@langchain/google-genai'].join('|') === 'Hello STOP|Hel no reason|Hel no reason| no reason'
  && seen['@google/genai'].join('|') === 'Hello STOP|exception|Hel SAFETY| SAFETY');
JS
node run.mjs
