import type pg from 'pg';
import { EVENT_TRIGGERS } from '../audit/watch-catalog.ts';
import { type Catalog, readCatalog } from '../catalog/snapshot.ts';
import { readOutside } from './outside.ts';
import { readDecidingRows } from './rows.ts';
import { readSurroundings } from './surroundings.ts';

/** Everything of a database that is compared: the catalog of our schemas, and what decides about access around it. Only reads. */
export async function readComparable(client: pg.ClientBase): Promise<Catalog> {
  return (await readComparableAs(client)).catalog;
}

/** The same, and what this login may not see of it. */
export async function readComparableAs(client: pg.ClientBase) {
  const own = withoutWatch(await readCatalog(client));
  const surroundings = await readSurroundings(client);
  const outside = await readOutside(client);
  const { catalog: rows, unseen } = await readDecidingRows(client);
  return { catalog: new Map([...outside, ...surroundings, ...own, ...rows]), unseen };
}

/** Without the event triggers of the watch, as `audit:watch -- --on-ddl` hangs them up to the letter: a deployment's choice, which no migration makes. */
function withoutWatch(catalog: Catalog): Catalog {
  const hung = (name: string, event: string) =>
    catalog.get(`event trigger ${name}`) === `${event} executes audit.tg__ddl() enabled A`;
  const theirs = Object.entries(EVENT_TRIGGERS).filter(([name, event]) => hung(name, event));
  return new Map([...catalog].filter(([key]) => !theirs.some(([name]) => key === `event trigger ${name}`)));
}
