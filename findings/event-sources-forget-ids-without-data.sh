#!/usr/bin/env bash
# npm eventsource 4 and launchdarkly-eventsource come back with an old id where the newest one came without data.
#
# Guess: "id: 7" and a blank line are no event but move the cursor, as the standard has it, so that Last-Event-ID is 7.
# Seen:  both ask again from the last event that had data, or with no id at all if none had. eventsource 5, which asks
#        for Node 22, Node's own (undici) and extended-eventsource send 7.
# Why:   a server that tells in its heartbeats how far it is, or numbers events that a reader need not see, gives the same
#        tokens twice to who reconnects. Put a data line into whatever has an id.
# Ran:   eventsource 4.1.1 and 5.1.5, launchdarkly-eventsource 2.2.0, undici 7.30.2, extended-eventsource 2.1.0, node 20.20.2,
#        on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts eventsource@4.1.1 newer@npm:eventsource@5.1.5 launchdarkly-eventsource@2.2.0 undici@7.30.2 extended-eventsource@2.1.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in eventsource newer launchdarkly-eventsource undici extended-eventsource; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { EventSource } from 'eventsource';
import { EventSource as Newer } from 'newer';
import { EventSource as Extended } from 'extended-eventsource';
import LaunchDarkly from 'launchdarkly-eventsource';
import { EventSource as Undici } from 'undici';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const seen = [];
const sources = { 'eventsource 4': EventSource, 'eventsource 5': Newer, 'launchdarkly-eventsource': LaunchDarkly.EventSource ?? LaunchDarkly, undici: Undici, 'extended-eventsource': Extended };
for (const [name, Source] of Object.entries(sources)) {
  for (const events of ['id: 1\ndata: Hello\n\nid: 7\n\n', 'id: 7\n\n']) {
    let source;
    const id = await new Promise((asked) => {
      let requests = 0;
      const server = http.createServer((request, response) => {
        response.writeHead(++requests === 1 ? 200 : 204, { 'content-type': 'text/event-stream' });
        response.end(requests === 1 ? `retry: 50\n\n${events}` : undefined);
        if (requests === 2) asked(request.headers['last-event-id'] ?? 'none');
      });
      listen(server).then((port) => {
        source = new Source(`http://127.0.0.1:${port}/`);
        source.onerror = () => {};
      });
    });
    source.close();
    console.log(`${name}: after ${JSON.stringify(events)} Last-Event-ID is ${id}`);
    seen.push(id);
  }
}
verdict(seen.join() === '1,none,7,7,1,none,7,7,7,7');
JS
node --no-warnings run.mjs 2>/dev/null | grep -E '^(eventsource|launchdarkly|undici|extended|As|CHANGED)'
