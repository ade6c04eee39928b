import { setTimeout } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
/** Of the seed: handed over, of whose patient the clinic then writes another invoice. */
const CASE = idOf('case', 'a', '03');
const CHAI = idOf('patient', 'a', '03');

const go = (session: Session, status: string) =>
  session.attempt(
    `update public.cases set status = $1, reopen_reason = case $1 when 'active' then 'billing' end where organisation_id = $2 and id = $3`,
    [status, CLINIC_A, CASE],
  );
const bill = (session: Session) =>
  session.rows(
    `insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, 'INV-LATER', $3, 'BRL')`,
    [CLINIC_A, NOBODY, CHAI],
  );
const attach = (session: Session) =>
  session.attempt('select public.attach_invoice($1, $2, $3)', [CLINIC_A, NOBODY, CASE]);
const sees = async (session: Session) =>
  (
    await session.rows('select from public.invoices where organisation_id = $1 and id = $2', [
      CLINIC_A,
      NOBODY,
    ])
  ).length;

test('operations take no invoice over for a case that they have closed: it shows them nothing and freezes nothing, until they reopen it and say why [S-29 S-34 -, S-29 S-34 +]', async () => {
  await tellStory(database(), async (as) => {
    await bill(await as(personas.finance));
    const agent = await as(personas.opsAgent);
    expect(await go(agent, 'closed')).toMatchObject({ ok: true, count: 1 });
    expect(await attach(agent)).toMatchObject({
      ok: false,
      code: 'CD010',
      message: 'invoice or case not found',
    });
    expect(await sees(agent)).toBe(0);
    const finance = await as(personas.finance);
    expect(
      await finance.affected(
        `update public.invoices set status = 'issued' where organisation_id = $1 and id = $2`,
        [CLINIC_A, NOBODY],
      ),
      'the clinic goes on with it',
    ).toBe(1);
    const again = await as(personas.opsAgent);
    expect(await go(again, 'active'), 'control').toMatchObject({ ok: true, count: 1 });
    expect(await attach(again), 'control').toMatchObject({ ok: true });
    expect(await sees(again), 'control').toBe(1);
  });
});

test('nor while it is being closed, at any isolation [S-29 S-34 -]', async () => {
  const commit = { commit: true };
  for (const [isolation, code] of [
    ['read committed', 'CD010'],
    ['repeatable read', '40001'],
  ] as const) {
    const apart = await TestDatabase.clone(inject('server'));
    try {
      await apart.as(personas.finance, bill, commit);
      let attaching: Promise<Outcome> | undefined;
      await apart.as(
        personas.opsAgent,
        async (closing) => {
          expect(await go(closing, 'closed')).toMatchObject({ ok: true, count: 1 });
          attaching = apart.as(
            personas.opsAgent,
            async (session) => {
              await session.script(`rollback; begin isolation level ${isolation}`);
              await actAs(session, personas.opsAgent);
              return attach(session);
            },
            commit,
          );
          await Promise.race([attaching, setTimeout(500)]);
        },
        commit,
      );
      expect(await attaching, isolation).toMatchObject({ ok: false, code });
    } finally {
      await apart.drop();
    }
  }
});
