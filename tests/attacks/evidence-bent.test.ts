import { expect, test } from 'vitest';
import { verifyProof } from '../../scripts/audit/proof.mjs';
import type { Head } from '../../scripts/audit/section.mjs';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';
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

test('a record of access that was moved behind all time, or whose address was given a mask, is told as bent [N-35 -]', async () => {
  const signed = `
    with k as (select * from audit.access_keys order by key_id desc limit 1),
    made as (
      select place, jsonb_populate_record(null::audit.access_log, jsonb_build_object(
        'occurred_at', at, 'lsn', '0/1', 'key_id', k.key_id, 'statement_at', now(), 'transaction_at', now(), 'backend_pid', 7, 'realm', 'provider',
        'organisation_id', $1::text, 'table_name', 'patients', 'operation', 'SELECT', 'audit_level', 'basic', 'outcome', 'allowed',
        'client_address', address, 'address_source', 'edge')) as l
      from (values (1, 'infinity', '192.0.2.7'), (2, now()::text, '192.0.2.7/8'), (3, (now() - interval '1 s')::text, '192.0.2.7')) as v (place, at, address), k
    ),
    mac as (select place, l, sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(l))) as hmac from made, k)
    insert into audit.access_log
    select (jsonb_populate_record(l, jsonb_build_object('hmac', hmac, 'id',
      -- Behind all time nothing is signed: what was moved there has the signature that it had before.
      encode(substring(case place when 1 then sha256('before') else hmac end from 1 for 16), 'hex')::uuid))).*
    from mac returning id, occurred_at::text as at, masklen(client_address) as mask`;
  const planted = await database().asSuperuser(async (session) => {
    await session.script(
      `set local session_replication_role = replica;
       create table access_log_months.behind (like audit.access_log including constraints);
       alter table audit.access_log attach partition access_log_months.behind for values from ('9000-01-01') to (maxvalue)`,
    );
    return session.rows<{ id: string; at: string; mask: number }>(signed, [CLINIC_A]);
  });
  const bent = await database().as(personas.auditor, (session) =>
    session.rows<{ id: string }>(`select id from public.bent_access_records('-infinity')`),
  );
  const told = planted.filter(({ id }) => bent.some((record) => record.id === id));
  expect(told.map(({ at, mask }) => (at === 'infinity' ? at : mask)).sort()).toEqual([8, 'infinity']);
  expect(planted, 'control: one is as it was signed').toHaveLength(3);
});

test('where a record of access stood in the WAL is signed by nobody, and is under its seal: changed before, nothing tells it; changed after, the proof does [N-35 S-20 +, N-35 S-20 -]', async () => {
  await tellStory(database(), async (as) => {
    const bend = async (statement: string) => {
      const session = await as(personas.auditor);
      await session.script(`reset role; alter table audit.access_log disable trigger user`);
      return session.rows<{ key: string[] }>(`${statement} returning array[
        to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), id::text] as key`);
    };
    const [{ key = [] } = {}] = await bend(
      `with k as (select * from audit.access_keys order by key_id desc limit 1),
       made as (
         select k.*, jsonb_populate_record(null::audit.access_log, jsonb_build_object(
           'occurred_at', now(), 'lsn', '0/1', 'key_id', k.key_id, 'statement_at', now(), 'transaction_at', now(), 'backend_pid', 7, 'realm', 'provider',
           'organisation_id', '${CLINIC_A}', 'table_name', 'patients', 'operation', 'SELECT', 'audit_level', 'basic', 'outcome', 'allowed',
           'address_source', 'unknown')) as l
         from k
       ),
       mac as (select l, sha256(outer_pad || sha256(inner_pad || audit.access_payload(l))) as hmac from made)
       insert into audit.access_log
       select (jsonb_populate_record(l, jsonb_build_object('hmac', hmac, 'id', encode(substring(hmac from 1 for 16), 'hex')::uuid))).* from mac`,
    );
    const isTold = async () =>
      (await (
        await as(personas.auditor)
      ).value<boolean>(`select exists (select from public.bent_access_records('-infinity') where id = $1)`, [
        key[1],
      ])) as boolean;
    const moved = (lsn: string) => bend(`update audit.access_log set lsn = '${lsn}' where id = '${key[1]}'`);
    const proven = async () =>
      verifyProof(
        await (await as(personas.auditor)).value('select public.prove_record($1, $2)', [
          'audit.access_log',
          key,
        ]),
        undefined,
      );
    await moved('0/2');
    expect(await isTold(), 'before its seal').toBe(false);
    await (await as(personas.opsAuditor)).rows('select public.seal_records()');
    expect(await proven()).toMatchObject({ holds: true });
    await moved('0/3');
    expect(await proven()).toMatchObject({ holds: false, isChanged: true });
    expect(await isTold(), 'by its seal alone').toBe(false);
    await moved('0/2');
    expect(await proven()).toMatchObject({ holds: true });
    await bend(`update audit.access_log set table_name = 'cases' where id = '${key[1]}'`);
    expect(await isTold(), 'control: what is signed is told').toBe(true);
  });
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
