import type pg from 'pg';
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
  const own = await readCatalog(client);
  const surroundings = await readSurroundings(client);
  const outside = await readOutside(client);
  const { catalog: rows, unseen } = await readDecidingRows(client);
  return { catalog: new Map([...outside, ...surroundings, ...own, ...rows]), unseen };
}
