#!/usr/bin/env bash
# Who leaves the loop over a stream of npm @google/genai, ollama or @huggingface/inference doesn't end the request.
#
# Guess: break in "for await" cancels the response's body, so the connection closes and the model stops.
# Seen:  so with groq-sdk (as with openai's and Anthropic's). These three keep the connection: the server writes its
#        answer to the end, to nobody. Two of them give back the reader of the body without cancelling it.
# Why:   a stop button made of break stops the display alone; the answer is made and paid for. It needs an abort signal,
#        or ollama's own abort().
# Ran:   @google/genai 3.3.0, ollama 0.6.4, @huggingface/inference 4.13.30, groq-sdk 1.6.0, node 20.20.2, on 2026-11-29;
#        needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @google/genai@3.3.0 ollama@0.6.4 @huggingface/inference@4.13.30 \
  groq-sdk@1.6.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @google/genai ollama @huggingface/inference groq-sdk; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import { InferenceClient } from '@huggingface/inference';
import Groq from 'groq-sdk';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const total = 40;
const openai = { type: 'text/event-stream', piece: (last) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: 'Hi ' }, finish_reason: last ? 'stop' : null }] })}\n\n` };
const gemini = { type: 'text/event-stream', piece: (last) => `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: 'Hi ' }] }, ...(last && { finishReason: 'STOP' }) }] })}\n\n` };
const lines = { type: 'application/x-ndjson', piece: (last) => `${JSON.stringify({ model: 'm', created_at: '2026-11-29T00:00:00Z', message: { role: 'assistant', content: 'Hi ' }, done: last })}\n` };

let format, over;
const server = http.createServer(async (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': format.type });
  let written = 0;
  while (written < total && !response.destroyed) {
    response.write(format.piece(++written === total));
    await sleep(50);
  }
  response.end();
  over(written);
});
const url = `http://127.0.0.1:${await listen(server)}`;
const messages = [{ role: 'user', content: 'Hello' }];
const clients = {
  '@google/genai': [gemini, () => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } }).models.generateContentStream({ model: 'm', contents: 'Hello' })],
  ollama: [lines, () => new Ollama({ host: url }).chat({ model: 'm', messages, stream: true })],
  '@huggingface/inference': [openai, () => new InferenceClient('none', { endpointUrl: url }).chatCompletionStream({ model: 'm', messages })],
  'groq-sdk': [openai, () => new Groq({ apiKey: 'none', baseURL: url }).chat.completions.create({ model: 'm', messages, stream: true })],
};
const wholeFor = [];
for (const [name, [itsFormat, open]] of Object.entries(clients)) {
  format = itsFormat;
  const written = new Promise((done) => { over = done; });
  for await (const _ of await open()) {
    break;
  }
  console.log(name, 'left after the first piece; the server wrote', await written, 'of', total);
  if (await written === total) wholeFor.push(name);
}
verdict(wholeFor.join() === '@google/genai,ollama,@huggingface/inference');
JS
node run.mjs
