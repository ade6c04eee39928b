import type pg from 'pg';
import { type Catalog, readCatalog } from '../catalog/snapshot.ts';
import { readSurroundings, readTransitions } from './surroundings.ts';

/** Everything of a database that is compared: the catalog of our schemas, and what decides about access around it. Only reads. */
export async function readComparable(client: pg.ClientBase): Promise<Catalog> {
  return new Map([
    ...(await readCatalog(client)),
    ...(await readSurroundings(client)),
    ...(await readTransitions(client)),
  ]);
}
