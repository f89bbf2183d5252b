#!/usr/bin/env bash
# npm ollama-ai-provider-v2 turns an error within an answer of Ollama's into an end, with the reason "other".
#
# Guess: a line {"error":"…"}, Ollama's way to tell that the model stopped, makes an error part, as with npm ollama, which throws.
# Seen:  streamText gives the text so far and "finish", no error part, onError isn't called. The line, which lacks the fields
#        of an answer, is written to the console as one that can't be parsed. The same if it is the first line: an empty
#        answer.
# Why:   out of memory, a model that is gone, a runner that died: the page shows half an answer, or none, as finished. Take
#        "other" for a failure.
# Ran:   ollama-ai-provider-v2 4.0.1, ai 7.0.173, ollama 0.6.4, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps ollama-ai-provider-v2@4.0.1 ai@7.0.173 zod@4.1.13 ollama@0.6.4 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in ollama-ai-provider-v2 ai ollama; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { streamText } from 'ai';
import { Ollama } from 'ollama';
import { createOllama } from 'ollama-ai-provider-v2';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const line = (content, further = { done: false }) => `${JSON.stringify({ model: 'm', created_at: '2026-11-29T00:00:00Z', message: { role: 'assistant', content }, ...further })}\n`;
const error = '{"error":"model runner has unexpectedly stopped"}\n';
const answers = {
  whole: line('Hel') + line('lo') + line('', { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 2 }),
  'error within': line('Hel') + error,
  'error first': error,
};
let body, complaints = 0;
console.warn = console.error = () => { complaints++; };
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.end(body);
});
const url = `http://127.0.0.1:${await listen(server)}`;
const readers = {
  ollama: async () => {
    const seen = [];
    try {
      for await (const part of await new Ollama({ host: url }).chat({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true })) {
        seen.push(part.done ? part.done_reason : part.message.content);
      }
    } catch {
      seen.push('exception');
    }
    return seen;
  },
  'ollama-ai-provider-v2': async () => {
    const seen = [];
    const { fullStream } = streamText({ model: createOllama({ baseURL: `${url}/api` })('m'), prompt: 'Hi', maxRetries: 0, onError: () => { seen.push('onError'); } });
    for await (const part of fullStream) {
      if (part.type === 'text-delta') seen.push(part.text);
      if (part.type === 'error') seen.push('error');
      if (part.type === 'finish') seen.push(part.finishReason);
    }
    return seen;
  },
};
const seen = [];
for (const [name, read] of Object.entries(readers)) {
  for (const what of Object.keys(answers)) {
    body = answers[what];
    complaints = 0;
    const outcome = await read();
    console.log(name.padEnd(22), `${what}:`, outcome, complaints ? 'and a word on the console' : '');
    seen.push(outcome.join() + (complaints ? ' console' : ''));
  }
}
verdict(seen.join('|') === 'Hel,lo,stop|Hel,exception|exception|Hel,lo,stop|Hel,other console|other console');
JS
node run.mjs
