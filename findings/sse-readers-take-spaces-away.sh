#!/usr/bin/env bash
# npm event-source-plus and fetch-event-stream take spaces off the data of an event; the first keeps its last line only.
#
# Guess: what reads server-sent events takes one space after the colon away and joins lines by a line end, as the
#        standard has it.
# Seen:  of the tokens "Hello", " big", " world" all three arrive without a space, with both: "Hellobigworld". A token of
#        two lines, "one" and "two", is "two" with event-source-plus, which takes spaces off the end, too. A browser's
#        reader (npm eventsource) gives out what was sent.
# Why:   servers that send the token itself as data (many examples do) are fine in a browser and lose words' borders, code's
#        indents and lines here. Send JSON.
# Ran:   event-source-plus 0.1.15, fetch-event-stream 0.1.6, eventsource 4.0.0, node 20.20.2, on 2026-11-29; needs npm and
#        node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts event-source-plus@0.1.15 fetch-event-stream@0.1.6 eventsource@4.0.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in event-source-plus fetch-event-stream eventsource; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { EventSource } from 'eventsource';
import { EventSourcePlus } from 'event-source-plus';
import { events } from 'fetch-event-stream';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const tokens = ['Hello', ' big', ' world', 'if:\n    go', 'END'];
const server = http.createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(tokens.map((token) => token.split('\n').map((line) => `data: ${line}\n`).join('') + '\n').join(''));
});
const url = `http://127.0.0.1:${await listen(server)}/`;
const upToEnd = (subscribe) => new Promise((done) => {
  const seen = [];
  const close = subscribe((data) => {
    seen.push(data);
    if (data === 'END') {
      close();
      done(seen);
    }
  });
});
const readers = {
  eventsource: () => upToEnd((take) => {
    const source = new EventSource(url);
    source.onmessage = (message) => take(message.data);
    return () => source.close();
  }),
  'event-source-plus': () => upToEnd((take) => {
    const controller = new EventSourcePlus(url).listen({ onMessage: (message) => take(message.data) });
    return () => controller.abort();
  }),
  'fetch-event-stream': async () => {
    const seen = [];
    for await (const message of events(await fetch(url))) {
      seen.push(message.data);
    }
    return seen;
  },
};
const seen = {};
for (const [name, read] of Object.entries(readers)) {
  seen[name] = JSON.stringify((await read()).slice(0, -1));
  console.log(name.padEnd(20), seen[name]);
}
verdict(seen.eventsource === JSON.stringify(tokens.slice(0, -1)) && seen['event-source-plus'] === '["Hello","big","world","go"]'
  && seen['fetch-event-stream'] === '["Hello","big","world","if:\\ngo"]');
JS
node run.mjs
