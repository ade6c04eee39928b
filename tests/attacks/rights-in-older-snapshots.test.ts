import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { useDatabase } from '../support/database.ts';

/**
 * What gives a right, bars one or asks for money is written by whoever has the right by now: a snapshot that is older shows who had it then.
 * What of a row is such a change; of all others any.
 */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  'governance.processors': ['archived_at = archived_at'],
  'governance.schema_changes': [`status = 'refused'`],
  'public.access_restrictions': ['archived_at = archived_at'],
  'public.care_relationships': ['archived_at = archived_at'],
  'public.claims': ['archived_at = archived_at'],
  'public.consent_purposes': ['archived_at = archived_at'],
  'public.documents': [`status = 'withdrawn'`, `status = 'frozen'`],
  'public.emergency_access_grants': [`review_outcome = 'inappropriate'`],
  'public.form_templates': ['archived_at = archived_at'],
  'public.guarantees_of_payment': ['archived_at = archived_at'],
  'public.invitations': ['archived_at = archived_at'],
  'public.invoices': [
    `status = case status when 'draft' then 'issued' else 'void' end`,
    `case_id = '${idOf('case', 'a', '01')}'`,
  ],
  'public.legal_holds': ['archived_at = archived_at'],
  'public.organisation_members': ['archived_at = archived_at'],
  'public.organisation_networks': ['archived_at = archived_at'],
  'public.organisation_settings': [
    `business_hours = '{"start": 7, "end": 21}'`,
    `legal_bases = '{consent,health_protection}'`,
  ],
  'public.organisations': ['archived_at = now()', `kind = 'transport'`, `timezone = 'UTC'`],
  'public.patient_accounts': ['archived_at = archived_at'],
  'public.patient_clinical': [`allergies = '["latex"]'`, `alerts = '["falls"]'`],
  'public.retention_extensions': ['archived_at = archived_at'],
  'public.subject_requests': ['archived_at = archived_at'],
};

/** The owner neither decides about another's change nor judges an emergency: that is refused for itself. */
const SETTLED: Readonly<Record<string, string>> = {
  'governance.schema_changes': 'CD014',
  'public.emergency_access_grants': 'CD014',
};

const database = useDatabase();

/** What the owner is answered, who asks for nobody's rights. */
async function answered(relation: string, change: string, isolation: string): Promise<string> {
  const client = new pg.Client({ connectionString: database().url('postgres') });
  await client.connect();
  try {
    await client.query(`begin isolation level ${isolation}`);
    await client.query(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    const row = `select r.ctid from ${relation} as r where coalesce(to_jsonb(r) ->> 'organisation_id', '${CLINIC_A}') = '${CLINIC_A}' order by r::text limit 1`;
    const { rowCount } = await client.query(`update ${relation} set ${change} where ctid = (${row})`);
    return `${rowCount} written`;
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  } finally {
    await client.end();
  }
}

describe.each(Object.entries(RIGHTS))('%s', (relation, changes) => {
  test.each(changes)('is not changed in an older snapshot: %s [N-16 -, S-03 -]', async (change) => {
    for (const isolation of ['repeatable read', 'serializable'])
      expect(await answered(relation, change, isolation), isolation).toBe('CD007');
    expect(await answered(relation, change, 'read committed'), 'control').toBe(
      SETTLED[relation] ?? '1 written',
    );
  });
});
