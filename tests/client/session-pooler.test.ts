import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { CLINICS, contextOf, DRIVERS, KEPT, LEFT, useDriver, visiting } from '../support/sessions.ts';
import { startTransactionPooler, type TransactionPooler } from '../support/transaction-pooler.ts';

// In front of Supabase's Postgres, and of many others, stands a pooler that lends a connection for one transaction. Who closes their own closes
// nothing behind it.
const database = useDatabase();
let pooler: TransactionPooler;

/** More connections than one, lent in turns: what is sent after the transaction goes elsewhere. */
const CONNECTIONS = 2;

beforeAll(async () => {
  const connections = Array.from(
    { length: CONNECTIONS },
    () => new Client({ connectionString: database().url('authenticator') }),
  );
  for (const each of connections) {
    each.on('error', () => {});
    await each.connect();
  }
  pooler = await startTransactionPooler(connections);
});
afterAll(() => pooler?.close());

const pooled = () => ({
  url: (login: 'authenticator' | 'postgres' | 'superuser') => {
    const url = new URL(database().url(login));
    url.port = String(pooler.port);
    return url.href;
  },
});

describe.each(DRIVERS)('behind a transaction pooler, a session over %s', (kind) => {
  const driver = useDriver(kind, pooled);
  const SHOWN = `select current_setting('timezone') as zone, coalesce(current_setting('app.left', true), '') as own`;

  test('acts as its caller, and leaves nobody behind [N-11 +]', async () => {
    for (let each = 0; each <= CONNECTIONS; each += 1) {
      expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
      expect(await driver().bare(LEFT)).toMatchObject([{ role: 'authenticator', claims: '', mark: '' }]);
    }
  });

  test.each([
    ["select set_config('timezone', 'Asia/Tokyo', false), set_config('app.left', 'a secret', false)"],
    [`do $$ begin set timezone = 'Asia/Tokyo'; set app."left" = 'a secret'; end $$`],
  ])('what a text sets for longer than it is no next caller’s: %s [N-11 -]', async (text) => {
    const before = { zone: 'UTC', own: '' };
    await driver().session(contextOf(personas.doctorOfB), async (query) => {
      await query(text);
      expect(await query(SHOWN)).toEqual([{ zone: 'Asia/Tokyo', own: 'a secret' }]);
    });
    for (let each = 0; each <= CONNECTIONS; each += 1) {
      expect(await driver().session(visiting, (query) => query(SHOWN))).toEqual([before]);
      expect(await driver().bare(SHOWN)).toEqual([before]);
    }
  });

  test.each([
    'declare kept cursor with hold for select full_name from public.patients',
    'create temporary table if not exists kept as select full_name from public.patients',
    'select pg_advisory_lock(20261130)',
    'listen kept',
  ])('what a connection keeps for longer than it is no next caller’s: %s [N-11 -]', async (text) => {
    await driver().session(contextOf(personas.doctorOfB), async (query) => {
      await query(text);
      expect(await query(KEPT)).toEqual([{ kept: text.startsWith('listen') ? 0 : 1 }]);
    });
    for (let each = 0; each <= CONNECTIONS; each += 1)
      expect(await driver().session(visiting, (query) => query(KEPT))).toEqual([{ kept: 0 }]);
  });

  test('a trigger that waits for the commit still meets the caller whose text set something [N-11 +]', async () => {
    await database().asSuperuser((session) =>
      session.rows(`
        create table public.waiting (zone text);
        create table public.met (claims text);
        grant insert on public.waiting, public.met to authenticated;
        create function public.meet() returns trigger language plpgsql as
          $$ begin insert into public.met values (current_setting('request.jwt.claims')); return null; end $$;
        create constraint trigger meet after insert on public.waiting deferrable initially deferred
          for each row execute function public.meet()`),
    );
    await driver().session(visiting, async (query) => {
      await query("insert into public.waiting values (set_config('app.left', 'a secret', false))");
    });
    const met = await database().asSuperuser((session) =>
      session.rows("select claims::jsonb ->> 'sub' as sub from public.met"),
    );
    await database().asSuperuser((session) =>
      session.rows('drop table public.waiting, public.met; drop function public.meet()'),
    );
    expect(met).toEqual([{ sub: visiting.claims?.sub }]);
  });
});
