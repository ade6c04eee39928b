import type { ClientBase } from 'pg';
import { expect, test } from 'vitest';
import { generateTenantKeys } from '../../scripts/codegen/tenant-keys.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** The lines of the generated list about views that a test creates. */
async function linesFor(...views: readonly string[]): Promise<readonly string[]> {
  const text = await database().asSuperuser(
    async (session) => {
      for (const [index, view] of views.entries()) {
        await session.script(`create view public.test_view_${index} as ${view}`);
      }
      return generateTenantKeys(session as unknown as ClientBase);
    },
    { rollback: true },
  );
  return text.split('\n').filter((line) => line.includes('test_view'));
}

test('a view is pinned by the column that shows its organisation, whatever its name [S-05 +]', async () => {
  const lines = await linesFor(
    'select p.id, p.organisation_id as clinic from public.patients as p',
    'select t.clinic, t.id from public.test_view_0 as t',
    'select c.purpose from public.consent_purposes as c',
    'select c.purpose, exists (select from public.form_templates) as has_forms from public.consent_purposes as c',
  );
  expect(lines).toEqual([
    '  "public.test_view_0": "clinic",',
    '  "public.test_view_1": "clinic",',
    '  "public.test_view_2": null,',
    '  "public.test_view_3": null,',
  ]);
});

test('a view that shows none, computes it, or may show NULL is not on the list, and so refused [S-05 -]', async () => {
  const lines = await linesFor(
    'select p.id from public.patients as p',
    'select p.organisation_id::text::uuid as organisation_id from public.patients as p',
    `select c.purpose, p.organisation_id from public.consent_purposes as c
      left join public.patients as p on p.mrn = c.purpose`,
    'select organisation_id from public.patients union select organisation_id from public.consents',
    'select count(*) as n from public.patients',
    'select c.purpose, (select count(*) from public.patients) as n from public.consent_purposes as c',
  );
  expect(lines).toEqual([]);
});
