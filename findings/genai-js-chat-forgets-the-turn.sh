#!/usr/bin/env bash
# npm @google/genai: a chat forgets question and answer if the stream's last chunk holds no text, or the loop is left.
#
# Guess: chat.sendMessageStream keeps what was asked and what came; the next message continues the conversation.
# Seen:  so if text and finish reason share a chunk. If the finish reason comes in a chunk without content, or usage in a
#        chunk of its own after it, all the text has been read, but the next request holds neither question nor answer,
#        in silence. A break before the end has the same effect.
# Why:   both forms are valid (content and candidates are optional) and gateways send them: the model answers
#        as if the reader had said nothing before, once in a while. Keep the history yourself.
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

const text = (value, finishReason) => ({ candidates: [{ content: { role: 'model', parts: [{ text: value }] }, finishReason }] });
const usage = { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 } };
let chunks, contents;
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  contents = JSON.parse(body).contents;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''));
});
const client = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: `http://127.0.0.1:${await listen(server)}` } });
const ask = async (what, answer, leave = false) => {
  const chat = client.chats.create({ model: 'm' });
  let read = '';
  chunks = answer;
  for await (const chunk of await chat.sendMessageStream({ message: 'My name is Kim.' })) {
    read += chunk.text ?? '';
    if (leave) break;
  }
  chunks = [text('?', 'STOP')];
  for await (const _ of await chat.sendMessageStream({ message: 'Who am I?' }));
  const sent = contents.map((content) => content.parts.map((part) => part.text).join('')).join(' / ');
  console.log(what.padEnd(24), 'read:', read.padEnd(9), '| next request:', sent);
  return sent;
};
const whole = 'My name is Kim. / Hello  / Kim! / Who am I?';
const seen = [
  await ask('finish with text', [text('Hello '), { ...text('Kim!', 'STOP'), ...usage }]),
  await ask('finish without content', [text('Hello '), text('Kim!'), { candidates: [{ finishReason: 'STOP' }], ...usage }]),
  await ask('usage after the finish', [text('Hello '), text('Kim!', 'STOP'), usage]),
  await ask('left after one chunk', [text('Hello '), text('Kim!', 'STOP')], true),
];
verdict(seen.join() === [whole, 'Who am I?', 'Who am I?', 'Who am I?'].join());
JS
node run.mjs
