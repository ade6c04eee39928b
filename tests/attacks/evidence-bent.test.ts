import { expect, test } from 'vitest';
import { verifyProof } from '../../scripts/audit/proof.mjs';
import type { Head } from '../../scripts/audit/section.mjs';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { happen, LOG, seal, tamper } from '../support/trail.ts';

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

test('a row that was changed since it was sealed is not proven to the auditor of its clinic [S-20 +, S-20 -]', async () => {
  await happen(database(), 2);
  await seal(database());
  const [changed, untouched] = (
    await database().asSuperuser((session) =>
      session.rows<{ key: string[] }>(
        `select record_key::text[] as key from audit.leaves where table_name = $1 and (record_key::text[])[1] = $2 order by leaf_index desc limit 2`,
        [LOG, CLINIC_A],
      ),
    )
  ).map(({ key }) => key) as [string[], string[]];
  const head = (await database().as(personas.auditor, (session) =>
    session.value<Head>('select public.seal_head()'),
  )) as Head;
  const prove = async (key: string[]) =>
    verifyProof(
      await database().as(personas.auditor, (session) =>
        session.value('select public.prove_record($1, $2)', [LOG, key]),
      ),
      head,
    );
  expect(await prove(changed)).toEqual({ holds: true, isKept: true });
  await tamper(
    database(),
    `update ${LOG} set occurred_at = occurred_at - interval '1 hour' where id = '${changed[1]}'`,
  );
  expect(await prove(changed)).toEqual({ holds: false, isKept: true, isChanged: true });
  expect(await prove(untouched)).toEqual({ holds: true, isKept: true });
});
