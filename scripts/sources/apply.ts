import type { ClientBase } from 'pg';
import { type Catalog, readCatalog } from '../catalog/snapshot.ts';
import { finding } from '../console/errors.ts';
import { escapeIdentifier } from '../postgres/quote.ts';
import { Batch } from './batch.ts';
import { dropStatement, granteeOf } from './definitions.ts';
import type { SourceObject } from './gather.ts';
import { isGrant, ownerOf, ownersThatLackCreate, withoutSource } from './managed.ts';
import { objectsOf, type Sources } from './sources.ts';

/**
 * Brings a database to what the sources say: creates and replaces functions, policies, triggers and grants, and drops
 * those without a source. Call it inside a transaction, which is rolled back by whoever only compares.
 *
 * @param client connected as the role that migrates.
 * @param options.drop false leaves objects without a source standing and only takes them out of the catalog returned.
 * @returns the catalog before and after.
 * @throws CommandError (1) naming the file and object of a statement that cannot be applied.
 */
export async function applySources(
  client: ClientBase,
  sources: Sources,
  { drop = true }: { readonly drop?: boolean } = {},
): Promise<{ before: Catalog; after: Catalog }> {
  const batch = new Batch(client);
  const before = await readCatalog(client);
  await applyFunctions(client, batch, sources, before);
  await applyPolicies(batch, sources, before);
  await applyTriggers(batch, sources, before);
  await batch.send();
  await applyGrants(batch, sources, await readCatalog(client));
  const strays = withoutSource(before, sources);
  if (drop)
    for (const key of strays) await batch.add({ key, file: 'no source holds it' }, dropStatement(key));
  await batch.send();
  const after = await readCatalog(client);
  requirePresence(sources, after);
  return { before, after: drop ? after : withoutStrays(after, strays) };
}

/** The catalog as if the objects had been dropped, whether or not something still uses them. */
function withoutStrays(catalog: Catalog, strays: readonly string[]): Catalog {
  const belongs = (key: string) =>
    strays.some(
      (stray) => key === stray || key === `comment on ${stray}` || key.startsWith(`grants on ${stray} to `),
    );
  return new Map([...catalog].filter(([key]) => !belongs(key)));
}

async function applyFunctions(
  client: ClientBase,
  batch: Batch,
  sources: Sources,
  before: Catalog,
): Promise<void> {
  const { rows } = await client.query<{ role: string }>('select current_user::text as role');
  const migrator = rows[0]?.role ?? '';
  const wrap = ownersThatLackCreate(sources.functions, before);
  const wrapping = { key: 'the right to own a function', file: 'functions/' };
  for (const { schema, role } of wrap)
    await batch.add(wrapping, `grant create on schema ${schema} to ${role}`);
  for (const object of sources.functions) {
    await batch.add(object, object.definition.sql);
    const owner = ownerOf(before, object.key) ?? migrator;
    if (object.owner) await batch.add(object, object.owner.sql);
    else if (owner !== migrator)
      await batch.add(object, `alter ${object.key} owner to ${escapeIdentifier(migrator)}`);
    if (object.comment && !isSaid(before, object)) await batch.add(object, object.comment.sql);
  }
  for (const { schema, role } of wrap)
    await batch.add(wrapping, `revoke create on schema ${schema} from ${role}`);
}

async function applyPolicies(batch: Batch, sources: Sources, before: Catalog): Promise<void> {
  for (const object of sources.policies) {
    if (before.has(object.key)) await batch.add(object, dropStatement(object.key));
    await batch.add(object, object.definition.sql);
    if (object.comment) await batch.add(object, object.comment.sql);
  }
}

async function applyTriggers(batch: Batch, sources: Sources, before: Catalog): Promise<void> {
  for (const object of sources.triggers) {
    const { key, definition, state, comment } = object;
    const isDropped = before.has(key) && definition.tree.isconstraint;
    if (isDropped) await batch.add(object, dropStatement(key));
    const saying = isDropped || !isSaid(before, object) ? comment : undefined;
    for (const part of [definition, state, saying]) if (part) await batch.add(object, part.sql);
  }
}

/** Whether the comment is what the catalog holds: what is replaced keeps it, and a third of all statements are comments. */
function isSaid(catalog: Catalog, { key, comment }: SourceObject): boolean {
  return comment !== undefined && catalog.get(`comment on ${key}`) === comment.tree.comment;
}

/** Sources stand for every privilege: it starts from nothing, so that a grant taken out of its source is gone. */
async function applyGrants(batch: Batch, sources: Sources, catalog: Catalog): Promise<void> {
  const covered = new Set([
    ...sources.functions.map(({ key }) => key),
    ...sources.grants.map(({ on }) => on),
  ]);
  const held = new Map<string, string[]>();
  for (const key of [...catalog.keys()].filter(isGrant)) {
    const { object, grantee } = granteeOf(key);
    if (grantee === ownerOf(catalog, object) || (sources.partial && !covered.has(object))) continue;
    held.set(object, [...(held.get(object) ?? []), grantee]);
  }
  for (const [object, grantees] of held) {
    const revoked = { key: `grants on ${object}`, file: 'the history' };
    await batch.add(revoked, `revoke all on ${object} from ${grantees.join(', ')}`);
  }
  for (const object of sources.functions)
    for (const grant of object.grants) await batch.add(object, grant.sql);
  for (const { file, on, statement } of sources.grants)
    await batch.add({ key: `grants on ${on}`, file }, statement.sql);
}

/** An object that is not found under its key afterwards would be dropped and created for ever. */
function requirePresence(sources: Sources, after: Catalog): void {
  for (const { key, file } of objectsOf(sources)) {
    if (after.has(key)) continue;
    throw finding({
      problem: `${file} was applied, but the catalog holds no ${key}`,
      expected: 'a name and argument types that PostgreSQL spells the same way',
      remedy: 'write the types as `\\df` prints them, qualified by their schema where they are not built in',
    });
  }
}
