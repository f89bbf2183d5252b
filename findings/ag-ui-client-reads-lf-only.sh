#!/usr/bin/env bash
# npm @ag-ui/client can't read an event stream whose lines end in CR LF.
#
# Guess: the WHATWG standard allows LF, CR LF and CR in text/event-stream, and any reader takes at least the first two.
# Seen:  with LF the run is whole; with CR LF its events are run together and the run fails with a SyntaxError.
# Why:   servers and gateways that write CR LF (as HTTP itself does) work with browsers, curl and other SDKs.
# Ran:   @ag-ui/client 1.0.0, node 20.20.2, on 2026-11-28; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @ag-ui/client@1.0.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @ag-ui/client; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
import { HttpAgent } from '@ag-ui/client';

let end;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (value) => response.write(`data: ${JSON.stringify(value)}${end}${end}`);
  event({ type: 'RUN_STARTED', threadId: 't', runId: 'r' });
  event({ type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' });
  event({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Hi' });
  event({ type: 'TEXT_MESSAGE_END', messageId: 'm' });
  event({ type: 'RUN_FINISHED', threadId: 't', runId: 'r' });
  response.end();
});
const url = `http://127.0.0.1:${await listen(server)}/`;
console.error = () => {}; // it prints what it throws
const read = async (lineEnd) => {
  end = lineEnd;
  try {
    return (await new HttpAgent({ url, threadId: 't' }).runAgent({ runId: 'r' })).newMessages[0].content;
  } catch (ex) {
    return ex.name;
  }
};
const lf = await read('\n'), crLf = await read('\r\n');
console.log('LF:', lf, '| CR LF:', crLf);
verdict(lf === 'Hi' && crLf === 'SyntaxError');
JS
node run.mjs
