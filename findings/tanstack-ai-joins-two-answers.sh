#!/usr/bin/env bash
# TanStack AI puts the end of one answer behind the beginning of another where a server numbers its events.
#
# Guess: a POST whose answer breaks off is an error, as it is without ids; ids matter to a page that asks for the rest by
#        itself. @ag-ui/client, which reads the same events, takes no notice of them.
# Seen:  one event with an id is enough: the question is sent again with Last-Event-ID, and what comes is appended. A server
#        that doesn't know the header begins another answer; its events whose ids were seen before are dropped. "The answer
#        " and, asked again, "Perhaps it may be seven." are one whole answer, "The answer may be seven.", status ready. That
#        holds for a broken connection and for an end without RUN_FINISHED, which without ids ends as a whole answer.
# Why:   an answer that no model gave, and two that are paid for. Send ids only if a POST with Last-Event-ID goes on with
#        the same answer, and end each with RUN_FINISHED or RUN_ERROR.
# Ran:   @tanstack/ai-client 0.33.2, @tanstack/ai 0.58.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @tanstack/ai-client@0.33.2 @tanstack/ai@0.58.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @tanstack/ai-client @tanstack/ai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { ChatClient, fetchServerSentEvents } from '@tanstack/ai-client';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

let numbered;
let broken;
let posts;
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { threadId, runId } = JSON.parse(body);
  const messageId = `m${++posts}`;
  let id = 0;
  const send = (event) => response.write(`${numbered ? `id: ${++id}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send({ type: 'RUN_STARTED', threadId, runId });
  send({ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' });
  for (const delta of posts === 1 ? ['The ', 'answer '] : ['Perhaps ', 'it ', 'may ', 'be ', 'seven.']) send({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta });
  if (posts === 1) {
    if (broken) setTimeout(() => response.destroy(), 100); // the client has read what was sent
    else response.end();
  } else {
    send({ type: 'TEXT_MESSAGE_END', messageId });
    send({ type: 'RUN_FINISHED', threadId, runId });
    response.end();
  }
});
const url = `http://127.0.0.1:${await listen(server)}/`;

const seen = [];
for (numbered of [false, true]) {
  for (broken of [false, true]) {
    posts = 0;
    const client = new ChatClient({ connection: fetchServerSentEvents(url) });
    await client.sendMessage('Hello').catch(() => {});
    const text = client.getMessages().at(-1).parts.map((part) => part.content).join('');
    console.log(`${numbered ? 'with ids' : 'without ids'}, ${broken ? 'connection broken' : 'no RUN_FINISHED'}: "${text}", status ${client.getStatus()}, ${posts} POSTs`);
    seen.push(`${text}|${client.getStatus()}|${posts}`);
  }
}
verdict(seen.join() === ['The answer |ready|1', 'The answer |error|1', 'The answer may be seven.|ready|2', 'The answer may be seven.|ready|2'].join());
JS
node run.mjs
