import { expect, test } from 'vitest';
import { OWN_SCHEMAS } from '../../scripts/catalog/extension-members.ts';
import { scanThrough } from '../../scripts/scan/scan.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

test('no rule of the scan finds anything in our own schemas, and nothing had to be waived [N-43 +]', async () => {
  const { findings, tenant, roles } = await database().asSuperuser(
    (session) => scanThrough(session, { schemas: [...OWN_SCHEMAS] }),
    { rollback: true },
  );
  expect(findings).toEqual([]);
  expect(tenant?.column).toBe('organisation_id');
  expect(roles).toEqual(['anon', 'authenticated', 'internal_ops', 'patient']);
});

test('what somebody adds to our own schemas by hand is found [N-43 -]', async () => {
  const findings = await database().asSuperuser(
    async (session) => {
      await session.script(`
        create view public.planted as select id from public.patients;
        grant select on public.planted to patient;
        grant truncate on public.consents to authenticated;`);
      return (await scanThrough(session, { schemas: [...OWN_SCHEMAS] })).findings;
    },
    { rollback: true },
  );
  expect(findings.map(({ rule, object }) => `${rule} ${object}`)).toEqual([
    'owner-view-in-reach public.planted',
    'grants-past-policies public.consents',
  ]);
});
