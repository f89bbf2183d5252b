#!/usr/bin/env bash
# npm ai: an optional field that is null ends the chat in an error; one that is unknown is passed by.
#
# Guess: a part is read leniently: null is as good as absent, and what is unknown is the doubtful case.
# Seen:  "providerMetadata": null on a text-delta fails the whole stream with AI_TypeValidationError after the text
#        before it has been shown; "vendorField": 1 in its place does nothing.
# Why:   serializers of most languages write null for what is not set (Jackson does by default). A server of another
#        language works until a field is first left out.
# Ran:   ai 7.0.173, node 20.20.2, on 2026-11-28; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund ai@7.0.173 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in ai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
import { DefaultChatTransport, readUIMessageStream } from 'ai';

let extra;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' });
  const part = (value) => response.write(`data: ${JSON.stringify(value)}\n\n`);
  part({ type: 'start', messageId: 'm' });
  part({ type: 'text-start', id: 't' });
  part({ type: 'text-delta', id: 't', delta: 'Hello, ' });
  part({ type: 'text-delta', id: 't', delta: 'you', ...extra });
  part({ type: 'text-end', id: 't' });
  part({ type: 'finish' });
  response.end('data: [DONE]\n\n');
});
const transport = new DefaultChatTransport({ api: `http://127.0.0.1:${await listen(server)}/` });
const read = async (field) => {
  extra = field;
  let text, error;
  try {
    const stream = await transport.sendMessages({ chatId: 'c', messages: [], trigger: 'submit-message' });
    for await (const message of readUIMessageStream({ stream, terminateOnError: true })) {
      text = message.parts.find((candidate) => candidate.type === 'text')?.text;
    }
  } catch (ex) {
    error = ex.name;
  }
  return { text, error };
};
const plain = await read({}), unknown = await read({ vendorField: 1 }), ofNull = await read({ providerMetadata: null });
console.log('plain:', plain, '| unknown field:', unknown, '| null field:', ofNull);
verdict(plain.text === 'Hello, you' && unknown.text === 'Hello, you' && !unknown.error && ofNull.error === 'AI_TypeValidationError');
JS
node run.mjs
