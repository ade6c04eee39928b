import type pg from 'pg';
import { expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';

const { clone, begin } = useOpenTransactions();

const FRIEND = personas.stranger.userId;
const ADMIN = personas.clinicAdmin.userId;

const asServer = (database: TestDatabase, sql: string, values: readonly unknown[]) =>
  database.asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    return session.rows(sql, [...values]);
  });
const waiting = async (database: TestDatabase) => {
  const isWaiting = () =>
    database.asSuperuser((session) =>
      session.value<boolean>(
        `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
      ),
    );
  while (!(await isWaiting())) await new Promise((go) => setTimeout(go, 20));
};

const invited = (database: TestDatabase) =>
  database.as(
    personas.clinicAdmin,
    (session) =>
      session.value<string>(`select token from public.invite_member('stranger@e.example', 'doctor')`),
    { commit: true },
  );
const enrolled = (database: TestDatabase) =>
  database.as(
    personas.clinicAdmin,
    (session) =>
      session.rows(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor')`,
        [CLINIC_A, FRIEND],
      ),
    { commit: true },
  );

/** How it is held, what there is to accept, what holds it, and how the friend accepts it. */
const HELD: readonly (readonly [
  string,
  (database: TestDatabase) => Promise<unknown>,
  (holder: pg.Client) => Promise<unknown>,
  string,
])[] = [
  [
    'an invitation that is locked',
    invited,
    (holder) => holder.query(`select from public.invitations where email = 'stranger@e.example' for update`),
    'select public.accept_invitation($1)',
  ],
  [
    'an invitation whose place is taken, and given back',
    invited,
    (holder) =>
      holder.query(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor')`,
        [CLINIC_A, FRIEND],
      ),
    'select public.accept_invitation($1)',
  ],
  [
    'a membership that is locked',
    async (database) => {
      await enrolled(database);
      return CLINIC_A;
    },
    (holder) =>
      holder.query(
        'select from public.organisation_members where organisation_id = $1 and user_id = $2 for update',
        [CLINIC_A, FRIEND],
      ),
    'select public.accept_membership($1)',
  ],
];

test.each(HELD)(
  'an inviter brings nobody in any more who keeps a friend waiting until they are put out: %s [N-16 N-22 -, N-22 +]',
  async (_, offer, hold, accept) => {
    for (const isOver of [true, false]) {
      const database = await clone();
      await asServer(database, 'update auth.users set email_confirmed_at = now() where id = $1', [FRIEND]);
      const token = await offer(database);
      const holder = await begin(database, personas.clinicAdmin);
      await hold(holder);
      const friend = await begin(database, personas.stranger);
      const outcome = outcomeOf(friend.query(accept, [token]));
      await waiting(database);
      if (isOver)
        await asServer(
          database,
          'update public.organisation_members set is_active = false where organisation_id = $1 and user_id = $2',
          [CLINIC_A, ADMIN],
        );
      await holder.query('rollback');
      expect(await outcome, isOver ? 'put out' : 'control: still in').toBe(isOver ? '42501' : 1);
      await friend.query('commit');
      const membership = await asServer(
        database,
        'select from authz.live_memberships where organisation_id = $1 and user_id = $2',
        [CLINIC_A, FRIEND],
      );
      expect(membership).toHaveLength(isOver ? 0 : 1);
    }
  },
);
