import { type CatalogEvent, hangEventTriggers, watchCatalog } from './audit/watch-catalog.ts';
import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { out, say, table } from './console/report.ts';
import { visible } from './console/visible.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';

await command<{ onDdl?: boolean; json?: boolean }>({
  name: 'audit:watch',
  summary:
    'Records what the catalog holds otherwise than last time, and tells what lets somebody past the policies.',
  options: [
    [
      '--on-ddl',
      'have each command recorded as it is given, where the server permits event triggers, and stop',
    ],
    ['--json', 'print {"events"}, with --on-ddl {"created"}, and nothing else'],
  ],
  notes:
    'Works on DATABASE_URL, else on the embedded server. The first time everything is recorded as first seen.\n' +
    'Run it after each migration, and every few minutes: pg_cron does it by `select watch_catalog()`.\n' +
    'Exits 1 where something that lets somebody past the policies is new: bypass_alerts lists it, for operations.',
  async run({ onDdl, json }) {
    if (onDdl) {
      const created = await withClient(resolveTarget().url, hangEventTriggers);
      if (json) say(JSON.stringify({ created }));
      else say(created === 0 ? 'each command is recorded already' : 'each command is recorded from now on');
      return 0;
    }
    const events = await withClient(resolveTarget().url, watchCatalog);
    if (json) say(JSON.stringify({ events }));
    else print(events);
    return events.some(({ is_alert }) => is_alert) ? 1 : 0;
  },
});

function print(events: readonly CatalogEvent[]): void {
  const seen = events.filter(({ event_type }) => event_type === 'catalog.first_seen').length;
  if (seen > 0) say(`${counted(seen, 'object')} recorded as first seen`);
  else if (events.length === 0) say('nothing has changed since the last time');
  const told = events.filter(({ event_type }) => event_type !== 'catalog.first_seen');
  if (told.length === 0) return;
  say(
    table(
      ['', 'event', 'object', 'from', 'to'],
      told.map(({ event_type, object, from, to, is_alert }) => [
        is_alert ? out.red('!') : '',
        event_type.replace('catalog.', '').replaceAll('_', ' '),
        visible(object),
        out.dim(visible(from ?? '–')),
        out.dim(visible(to ?? '–')),
      ]),
    ),
  );
}
