import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { personas } from '../support/personas.ts';

// Whoever is superuser, and a clinic's auditor who has nothing but their own login.

const database = useDatabase();

test('a record of access that was emptied of what is signed is told as bent, to the clinic too [N-35 -]', async () => {
  const ids = await database().asSuperuser(async (session) => {
    await session.script(
      `set local session_replication_role = replica;
       alter table audit.access_log alter hmac drop not null, alter transaction_at drop not null, alter backend_pid drop not null`,
    );
    const planted = await session.rows<{ id: string }>(
      `insert into audit.access_log (
         occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, realm, organisation_id, table_name, operation, audit_level,
         outcome, reason, address_source, hmac
       )
       select clock_timestamp() - place * interval '1 second', coalesce(encode(substring(hmac from 1 for 16), 'hex')::uuid, gen_random_uuid()), '0/1', key_id,
         now(), transaction_at, backend_pid, 'provider', $1, 'patients', 'SELECT', 'basic', 'denied', 'made up', 'unknown', hmac
       from (
         values (1, 1, now(), 1, null), (2, -1, null, 1, sha256('a')), (3, -1, now(), null, sha256('b')), (4, 1, now(), 1, sha256('told before'))
       ) as v (place, key_id, transaction_at, backend_pid, hmac)
       returning id`,
      [CLINIC_A],
    );
    return planted.map(({ id }) => id).sort();
  });
  const bent = await database().as(personas.auditor, (session) =>
    session.rows<{ id: string }>(`select id from public.bent_access_records('-infinity')`),
  );
  expect(bent.map(({ id }) => id).sort()).toEqual(ids);
});
