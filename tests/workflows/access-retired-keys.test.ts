import { beforeAll, describe, expect, test } from 'vitest';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);

/** What a record says, as a policy would have had it signed: the fields of the last genuine one, the transaction's start another. */
const forge = (key: number, startedAt: string, isRow: boolean) =>
  database().asSuperuser(async (session) => {
    await session.rows(`select set_config('synchronous_commit', 'on', true), pg_current_xact_id()`);
    await session.rows(
      `with said as (
         select jsonb_populate_record(l, jsonb_build_object('transaction_at', now() + $2::interval, 'occurred_at', now() + $2::interval,
                  'key_id', case when $3 then -$1::bigint else $1::bigint end, 'row_id', gen_random_uuid())) as entry
         from audit.access_log as l where l.user_agent is distinct from 'seed' order by l.lsn::pg_lsn desc limit 1
       )
       select pg_logical_emit_message(false, 'cordon.access',
         int8send(case when $3 then -$1::bigint else $1::bigint end)
         || case when $3 then audit.disclosure_hmac(k.inner_pad, k.outer_pad, audit.access_payload(entry))
              else sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(entry))) end
         || audit.access_payload(entry))
       from said join audit.access_keys as k on k.key_id = $1::bigint`,
      [key, startedAt, isRow],
    );
  });
/** As if the second key had begun to sign then. */
const rotatedAt = (since: string) =>
  database().asSuperuser(async (session) => {
    await session.script('alter table audit.access_keys disable trigger user');
    await session.rows('update audit.access_keys set created_at = now() + $1::interval where key_id = 2', [
      since,
    ]);
    await session.script('alter table audit.access_keys enable trigger user');
  });
const bent = () =>
  database().asSuperuser((session) =>
    session.rows(
      `select b.id from audit.bent_access_records(now() - interval '1 day', 'infinity') as b
       join audit.access_log as l using (occurred_at, id) where l.user_agent is distinct from 'seed'`,
    ),
  );

beforeAll(async () => {
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('synchronous_commit', 'on', true), pg_current_xact_id()`);
    await session.script('set local role cordon_definer');
    await session.rows(
      `select authz.emit_access('provider', row(null, null, null, 'doctor')::authz.membership, 'patients', 'SELECT', 'comprehensive', 'disclosed', null, null, null)`,
    );
  });
  expect(await log().news()).toHaveLength(1);
  await log().client.query('select audit.rotate_access_key()');
  await rotatedAt('-3 hours');
});

describe.each([
  ['a decision', false],
  ['a disclosed row', true],
])('a key that somebody saw, once another one signs: %s', (_, isRow) => {
  test('signs nothing of a transaction that began an hour later [N-35 -]', async () => {
    await forge(1, '-119 minutes', isRow);
    expect(await log().drain()).toMatchObject({ records: 0, forged: 1 });
  });

  test('still signs what had begun by then, and the new one what begins now [N-35 +]', async () => {
    await forge(1, '-121 minutes', isRow);
    await forge(2, '0', isRow);
    await forge(2, '-121 minutes', isRow);
    expect(await log().drain()).toMatchObject({ records: 3, forged: 0 });
  });
});

test('what such a key signed is bent where somebody put it into the log by hand [N-35 -, N-35 +]', async () => {
  await rotatedAt('-59 minutes');
  expect(await bent(), 'control: what was signed in time').toEqual([]);
  await rotatedAt('-5 hours');
  // The genuine one of the beginning, and two of two hours ago, which key 1 signed.
  expect(await bent()).toHaveLength(3);
  await rotatedAt('-3 hours');
});
