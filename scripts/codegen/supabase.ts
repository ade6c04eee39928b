import { generateTypescript, sortGeneratorMetadata } from '@supabase/postgrest-typegen/generation';
import { introspect } from '@supabase/postgrest-typegen/introspection';
import type { ClientBase } from 'pg';
import { oneByOne } from './client-pool.ts';
import { readColumnFacts } from './column-facts.ts';
import { withColumnFacts } from './supabase-facts.ts';
import { typesIn, withResults } from './supabase-results.ts';
import { readClosedViews, readViewFacts } from './view-facts.ts';

/** The schemas that the Supabase API exposes. */
const EXPOSED: readonly string[] = ['public'];

/**
 * Generates the `Database` type of supabase-js: what `supabase gen types` prints, without Docker, and with what is known here alone.
 *
 * @param client where the migrations have been applied; only read from.
 * @returns TypeScript without a header.
 */
export async function generateSupabase(client: ClientBase): Promise<string> {
  const metadata = await introspect(oneByOne(client), { includedSchemas: [...EXPOSED] });
  const tables = await readColumnFacts(client, EXPOSED);
  const facts = new Map([...tables, ...(await readViewFacts(client, EXPOSED, tables))]);
  const closed = await readClosedViews(client, EXPOSED);
  const views = metadata.views.map((view) =>
    closed.has(`${view.schema}.${view.name}`)
      ? { ...view, is_updatable: false, is_insert_enabled: false, is_update_enabled: false }
      : view,
  );
  const known = withResults(withColumnFacts({ ...metadata, views }, facts));
  const text = await generateTypescript(sortGeneratorMetadata(known), {
    detectOneToOneRelationships: true,
    postgrestVersion: '13',
  });
  // It ends in a value. `cordon/supabase` is declarations alone: nothing of it is there at run time, and who checks the types of libraries
  // (`skipLibCheck: false`) could not compile it.
  return typesIn(text).replace(/\nexport const Constants = [\s\S]*$/, '');
}
