import type { ClientBase } from 'pg';
import { type Catalog, readCatalog } from '../catalog/snapshot.ts';
import { finding } from '../console/errors.ts';
import { escapeIdentifier } from '../postgres/quote.ts';
import { explainSourceFailure } from './apply-failure.ts';
import { dropStatement, granteeOf } from './definitions.ts';
import { isGrant, ownerOf, ownersThatLackCreate, withoutSource } from './managed.ts';
import { objectsOf, type Sources } from './sources.ts';

/** Runs one statement of a source, and blames the source if it fails. */
type Run = (object: { readonly key: string; readonly file: string }, sql: string) => Promise<void>;

/**
 * Brings a database to what the sources say: creates and replaces functions, policies, triggers and grants, and drops
 * those without a source. Call it on a clone, or inside a transaction that is rolled back.
 *
 * @param client connected as the role that migrates.
 * @param options.drop false leaves objects without a source standing and only takes them out of the catalog returned.
 * @returns the catalog before and after.
 * @throws CordonError (1) naming the file and object of a statement that cannot be applied.
 */
export async function applySources(
  client: ClientBase,
  sources: Sources,
  { drop = true }: { readonly drop?: boolean } = {},
): Promise<{ before: Catalog; after: Catalog }> {
  const run: Run = async (object, sql) => {
    try {
      await client.query(sql);
    } catch (cause) {
      throw explainSourceFailure(object, sql, cause);
    }
  };
  const before = await readCatalog(client);
  await applyFunctions(client, run, sources, before);
  await applyPolicies(run, sources, before);
  await applyTriggers(run, sources, before);
  await applyGrants(run, sources, await readCatalog(client));
  const strays = withoutSource(before, sources);
  if (drop) for (const key of strays) await run({ key, file: 'no source holds it' }, dropStatement(key));
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
  run: Run,
  sources: Sources,
  before: Catalog,
): Promise<void> {
  const { rows } = await client.query<{ role: string }>('select current_user::text as role');
  const migrator = rows[0]?.role ?? '';
  const wrap = ownersThatLackCreate(sources.functions, before);
  const wrapping = { key: 'the right to own a function', file: 'functions/' };
  for (const { schema, role } of wrap) await run(wrapping, `grant create on schema ${schema} to ${role}`);
  for (const object of sources.functions) {
    await run(object, object.definition.sql);
    const owner = ownerOf(before, object.key) ?? migrator;
    if (object.owner) await run(object, object.owner.sql);
    else if (owner !== migrator)
      await run(object, `alter ${object.key} owner to ${escapeIdentifier(migrator)}`);
    if (object.comment) await run(object, object.comment.sql);
  }
  for (const { schema, role } of wrap) await run(wrapping, `revoke create on schema ${schema} from ${role}`);
}

async function applyPolicies(run: Run, sources: Sources, before: Catalog): Promise<void> {
  for (const object of sources.policies) {
    if (before.has(object.key)) await run(object, dropStatement(object.key));
    await run(object, object.definition.sql);
    if (object.comment) await run(object, object.comment.sql);
  }
}

async function applyTriggers(run: Run, sources: Sources, before: Catalog): Promise<void> {
  for (const object of sources.triggers) {
    const { key, definition, state, comment } = object;
    if (before.has(key) && definition.tree.isconstraint) await run(object, dropStatement(key));
    for (const part of [definition, state, comment]) if (part) await run(object, part.sql);
  }
}

/** Sources stand for every privilege: it starts from nothing, so that a grant taken out of its source is gone. */
async function applyGrants(run: Run, sources: Sources, catalog: Catalog): Promise<void> {
  const covered = new Set([
    ...sources.functions.map(({ key }) => key),
    ...sources.grants.map(({ on }) => on),
  ]);
  for (const key of [...catalog.keys()].filter(isGrant)) {
    const { object, grantee } = granteeOf(key);
    if (grantee === ownerOf(catalog, object) || (sources.partial && !covered.has(object))) continue;
    await run({ key, file: 'the history' }, `revoke all on ${object} from ${grantee}`);
  }
  for (const object of sources.functions) for (const grant of object.grants) await run(object, grant.sql);
  for (const { file, on, statement } of sources.grants)
    await run({ key: `grants on ${on}`, file }, statement.sql);
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
