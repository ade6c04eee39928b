/** What applications write against the packed package; each line with "// mistake" must not compile, every other one must. */

/** Over pg and Kysely. */
export const APPLICATION = `import type { DB } from 'cordon';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import { type CordonError, DeniedError, evaluatePolicy, RateLimitError, type RLSContext, setRLSContext, withSession } from 'cordon/client';
import { pinOrganisation } from 'cordon/kysely';
import { TABLES } from 'cordon/policies';
import { defineTable, type TablePolicy } from 'cordon/policies/vocabulary';
import { cloneDatabase, contextOf, type CordonMatchers, FROM_THE_CLINIC, type Outcome, personas, startTestServer } from 'cordon/testing';
export const known: readonly TablePolicy[] = TABLES;
export const mine = defineTable({ tableName: 'notes', level: 'INTERNAL', domain: 'ops', tenantKey: 'organisation_id', rules: [], closed: 'nobody yet' });
export const wrong = defineTable({ tableName: 'notes', level: 'SECRET', domain: 'ops', tenantKey: 'organisation_id', rules: [], closed: 'nobody yet' }); // mistake
export async function tested(told: CordonMatchers<void>) {
  const server = await startTestServer({ url: 'x', version: '1', prepare: async (client) => void (await client.query('select')) });
  const database = await cloneDatabase(server.addresses);
  const outcome: Outcome = await database.as(personas.doctor, (session) => session.attempt('select'));
  await told.toSee([{ id: 1 }]);
  await startTestServer({ host: 'x' }); // mistake
  await withSession({} as Pool, contextOf(personas.doctor, { headers: { ...FROM_THE_CLINIC } }), (session) => session.query('select'));
  await withSession({} as Pool, personas.doctor, (session) => session.query('select')); // mistake
  await database.as(personas.owner, async () => 1); // mistake
  return outcome.ok ? outcome.rows : outcome.code;
}
export async function patients(db: Kysely<DB>, pool: Pool, claims: Record<string, unknown>, said: RLSContext) {
  const pinned = db.withPlugin(pinOrganisation('a'));
  const rows = await withSession(pinned, { role: 'authenticated', claims }, async (session) => {
    await setRLSContext(session, said);
    const { allowed } = await evaluatePolicy(session, 'patients', 'SELECT', said.clinicId);
    return allowed ? session.selectFrom('patients').select('full_name').execute() : [];
  });
  const names: string[] = rows.map((row) => row.full_name);
  const count: number = await withSession(pool, { role: 'anon' }, async (session) => (await session.query('select')).rows.length);
  const denied = (error: unknown): CordonError | undefined => (error instanceof DeniedError ? error : undefined);
  const reason = (error: DeniedError | RateLimitError): '42501' | 'CD041' => error.code;
  const told = (error: unknown) => (error instanceof RateLimitError ? reason(error) : undefined);
  const other: DeniedError = new RateLimitError('later'); // mistake
  await withSession(db, { role: 'service_role', claims }, async () => 1); // mistake
  await withSession(db, { role: 'patient', claims }, (session) => session.selectFrom('nothing').execute()); // mistake
  await withSession(pool, { claims }, async () => 1); // mistake
  await withSession(pool, { role: 'anon' }, async (session) => session.release()); // mistake
  return { names, count, denied, told, other };
}
`;

/**
 * Over supabase-js, with Zod at its door. What is asked of a table that is not there is left out: supabase-js' types then take
 * the compiler ten seconds, on its way to the same error.
 */
export const SUPABASE_APPLICATION = `import { createClient } from '@supabase/supabase-js';
import type { DB } from 'cordon';
import type { Database } from 'cordon/supabase';
import { type Insert, type Row, schemas, type Table, type Update } from 'cordon/zod';
import type { Insertable, Kysely } from 'kysely';
const client = createClient<Database>('http://localhost', 'key');
export async function register(form: unknown, db: Kysely<DB>) {
  const patient = schemas.patients.insert.parse(form);
  await client.from('patients').insert(patient);
  await db.insertInto('patients').values(patient).execute();
  const typed: Insertable<DB['patients']> = patient;
  const appointment: Insert<'appointments'> = schemas.appointments.insert.parse(form);
  await client.from('appointments').insert(appointment);
  await client.from('appointments').update({ status: 'arrived' }).eq('id', 'x');
  const changed: Update<'invoice_lines'> = { quantity: 2 };
  await client.from('invoice_lines').update(schemas.invoice_lines.update.parse(changed));
  const { data } = await client.from('patients').select('*').single();
  const row: Row<'patients'> = schemas.patients.row.parse(data);
  const name: string = row.full_name;
  const form2 = schemas.patients.insert.shape.full_name.safeParse(form);
  const table: Table = 'beds';
  const kind: 'active' | 'inactive' | undefined = patient.status;
  await client.from('patients').insert({ full_name: 'Ana' }); // mistake
  await client.from('patients').update({ full_name: 5 }); // mistake
  client.from('patient'); // mistake
  const wrong: Insert<'patients'> = { organisation_id: 'a', mrn: '1', full_name: 'Ana', status: 'gone' }; // mistake
  const computed: Insert<'patients'> = { organisation_id: 'a', mrn: '1', full_name: 'Ana', name_key: 'ana' }; // mistake
  schemas.nothing.insert.parse(form); // mistake
  return { name, typed, form2, table, kind, wrong, computed };
}
`;

/** Over pg, where Kysely is not installed. */
export const PG_APPLICATION = `import type { Pool } from 'pg';
import { evaluatePolicy, withSession } from 'cordon/client';
export async function patients(pool: Pool, claims: Record<string, unknown>) {
  const count: number = await withSession(pool, { role: 'authenticated', claims }, async (session) => {
    const { allowed } = await evaluatePolicy(session, 'patients', 'SELECT', 'a');
    return allowed ? (await session.query<{ id: string }>('select')).rows.length : 0;
  });
  await withSession(pool, { role: 'anon' }, async (session) => session.release()); // mistake
  await withSession(pool, { role: 'anon' }, async (session) => (await session.query<{ id: string }>('select')).rows[0]?.name); // mistake
  await evaluatePolicy(pool.options, 'patients', 'SELECT', 'a'); // mistake
  return count;
}
`;
