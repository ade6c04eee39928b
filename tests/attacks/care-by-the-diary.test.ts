import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY, sessionOf } from '../../testing/ids.ts';
import { type Persona, personas, throughClient } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { useOpenTransactions } from '../support/open-transactions.ts';
import { type Become, tellStory } from '../support/story.ts';

/* What the diary shows and what opens charts are the same: nobody who may not book ends the one and leaves the other. */

const database = useDatabase();
const { clone, begin } = useOpenTransactions();
const EVA = idOf('patient', 'a', '91');
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const { doctor, nurse, assistant, receptionist, clinicAdmin } = personas;

const treats = async (as: Become, { userId }: Persona = doctor, later = '0') =>
  (await as(owner)).value<boolean>('select $1 = any (authz.treated_by($2, $3, authz.now() + $4::interval))', [
    EVA,
    CLINIC_A,
    userId,
    later,
  ]);
const move = async (as: Become, who: Persona, set: string) =>
  (await as(who)).attempt(`update public.appointments set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    NOBODY,
  ]);
const moved = { ok: true, count: 1 };
const refused = { ok: false, code: '42501' };

const book = async (as: Become, who: Persona) =>
  (await as(who)).attempt(
    `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
     values ($1, $2, $3, $4, now() + interval '1 hour', now() + interval '90 minutes')`,
    [CLINIC_A, NOBODY, EVA, doctor.userId],
  );
const PATIENT = `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-91', 'Eva Treated')`;
/** A patient whom nobody treats. */
const story = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await (await as(owner)).rows(PATIENT, [CLINIC_A, EVA]);
    await tell(as);
  });
/** Today's visit of such a one. */
const visit = (tell: (as: Become) => Promise<void>) =>
  story(async (as) => {
    expect(await book(as, receptionist)).toMatchObject(moved);
    expect(await treats(as), 'control').toBe(true);
    await tell(as);
  });

/** As it is of a transaction of its own, after whatever was written in this one so far. */
const byNow = async (as: Become) =>
  (await as(owner)).rows(
    `update public.care_relationships set taken_off_at = clock_timestamp()
     where organisation_id = $1 and patient_id = $2 and taken_off_at is not null`,
    [CLINIC_A, EVA],
  );
/** A clinic_admin ends what this visit opened. */
const putOut = async (as: Become, until = 'now()') => {
  await (await as(clinicAdmin)).rows(
    `update public.care_relationships set ends_at = ${until} where organisation_id = $1 and ground_id = $2`,
    [CLINIC_A, NOBODY],
  );
  await byNow(as);
};
const licensed = async (as: Become, { userId }: Persona) =>
  (await as(owner)).rows(
    `insert into public.professionals (organisation_id, user_id, council, licence) values ($1, $2, 'COREN', 'LIC-99') on conflict do nothing`,
    [CLINIC_A, userId],
  );

describe.each(['cancelled', 'no_show'])('a visit that is %s', (status) => {
  test('is given back by nobody who may not book [N-21 S-05 -, N-21 +]', async () => {
    await visit(async (as) => {
      expect(await move(as, assistant, `status = '${status}'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
      for (const who of [assistant, nurse, doctor])
        for (const to of ['booked', 'confirmed', 'arrived', 'fulfilled'])
          expect(await move(as, who, `status = '${to}'`)).toMatchObject(refused);
      expect(await move(as, assistant, `starts_at = starts_at`), 'control').toMatchObject(moved);
      expect(await move(as, assistant, `status = 'cancelled'`), 'control').toMatchObject(moved);
    });
  });

  test.each([receptionist, clinicAdmin])(
    'is given back by who books, and opens the chart again: $name [N-21 +]',
    async (who) => {
      await visit(async (as) => {
        await move(as, assistant, `status = '${status}'`);
        expect(await treats(as)).toBe(false);
        expect(await move(as, who, `status = 'booked'`)).toMatchObject(moved);
        expect(await treats(as)).toBe(true);
      });
    },
  );

  test('is given back by the server, which opens nothing by it [N-21 S-05 +, N-21 -]', async () => {
    await visit(async (as) => {
      await move(as, assistant, `status = '${status}'`);
      expect(await move(as, personas.servicePinned, `status = 'booked'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
    });
  });
});

test('a visit that who books puts off on its day opens the chart to the same doctor at that time, and now no more [N-21 +, N-21 -]', async () => {
  for (const who of [receptionist, clinicAdmin])
    await visit(async (as) => {
      await move(as, who, `starts_at = now() + interval '3 days', ends_at = now() + interval '4 days'`);
      expect(await treats(as)).toBe(false);
      expect(await treats(as, doctor, '5 days')).toBe(true);
    });
});

describe('a visit that was moved away and back', () => {
  const away = async (as: Become, who = assistant) => {
    for (const by of [`+ interval '30 days'`, `- interval '30 days'`])
      expect(await move(as, who, `starts_at = starts_at ${by}, ends_at = ends_at ${by}`)).toMatchObject(
        moved,
      );
    expect(await treats(as), 'ended').toBe(false);
  };

  test('opens the chart again as reception receives the patient, and not as the ward does [N-21 +, N-21 -]', async () => {
    await visit(async (as) => {
      await away(as);
      expect(await move(as, doctor, `status = 'confirmed'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
      expect(await move(as, receptionist, `status = 'arrived'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(true);
    });
  });

  test('opens it not to whom a clinic_admin put out [N-21 -, N-21 +]', async () => {
    await visit(async (as) => {
      await putOut(as);
      await move(as, receptionist, `status = 'arrived'`);
      expect(await treats(as)).toBe(false);
    });
    await visit(async (as) => {
      await away(as);
      await move(as, receptionist, `status = 'arrived'`);
      expect(await treats(as), 'control').toBe(true);
    });
  });

  test('nor to who was let in by whose it was, and then took it over [N-21 -, N-21 +]', async () => {
    await visit(async (as) => {
      await licensed(as, nurse);
      await (await as(doctor)).rows(`select public.assign_care($1, $2, 'covering')`, [EVA, nurse.userId]);
      expect(await treats(as, nurse), 'control').toBe(true);
      expect(await move(as, nurse, `professional_user_id = '${nurse.userId}'`)).toMatchObject(moved);
      await move(as, receptionist, `status = 'arrived'`);
      expect(await treats(as, nurse)).toBe(false);
    });
  });
});

describe('a visit of whom a clinic_admin put out', () => {
  const LATER = `starts_at = starts_at + interval '1 minute', ends_at = ends_at + interval '1 minute'`;
  /** A clinic_admin ends something else that they had. */
  const outOfAnother = async (as: Become, who = doctor) => {
    const given = await (await as(clinicAdmin)).value<string>(
      `select public.assign_care($1, $2, 'primary')`,
      [EVA, who.userId],
    );
    await (await as(clinicAdmin)).rows('update public.care_relationships set ends_at = now() where id = $1', [
      given,
    ]);
  };

  test.each<[string, Persona, (as: Become) => Promise<unknown>]>([
    ['moved', doctor, (as) => move(as, receptionist, LATER)],
    [
      'put off',
      doctor,
      (as) =>
        move(
          as,
          receptionist,
          `starts_at = now() + interval '20 hours', ends_at = now() + interval '21 hours'`,
        ),
    ],
    [
      'cancelled and given back',
      doctor,
      async (as) => {
        await move(as, receptionist, `status = 'cancelled'`);
        await move(as, receptionist, `status = 'booked'`);
      },
    ],
    [
      'given to another and back',
      doctor,
      async (as) => {
        await move(as, receptionist, `professional_user_id = '${nurse.userId}'`);
        expect(await treats(as, nurse), 'control').toBe(true);
        await move(as, receptionist, `professional_user_id = '${doctor.userId}'`);
      },
    ],
    ['moved by a clinic_admin, who assigns anew instead', doctor, (as) => move(as, clinicAdmin, LATER)],
    ['given to them', nurse, (as) => move(as, receptionist, `professional_user_id = '${nurse.userId}'`)],
  ])('lets them in no more as it is %s [N-21 -, N-21 +]', async (_, whom, act) => {
    await visit(async (as) => {
      await licensed(as, nurse);
      if (whom === doctor) await putOut(as);
      else await outOfAnother(as, whom);
      await byNow(as);
      expect(await treats(as, whom)).toBe(false);
      await act(as);
      expect(await treats(as, whom)).toBe(false);
      expect(
        await (await as(clinicAdmin)).attempt(`select public.assign_care($1, $2, 'primary')`, [
          EVA,
          whom.userId,
        ]),
      ).toMatchObject({ ok: true });
      expect(await treats(as, whom), 'control: assigned anew').toBe(true);
    });
    await visit(async (as) => {
      await licensed(as, nurse);
      await act(as);
      expect(await treats(as, whom), 'control: never put out').toBe(true);
    });
  });

  test('nor where it was cancelled as they were put out of the rest [N-21 -, N-21 +]', async () => {
    for (const isOut of [true, false])
      await visit(async (as) => {
        await move(as, assistant, `status = 'cancelled'`);
        if (isOut) await outOfAnother(as);
        await byNow(as);
        await move(as, receptionist, `status = 'booked'`);
        expect(await treats(as), isOut ? 'put out' : 'control').toBe(!isOut);
      });
  });

  test('is longer by nobody who puts its times right [N-21 -, N-21 +]', async () => {
    const until = async (as: Become) => {
      const [row] = await (await as(owner)).rows<{ is_over: boolean }>(
        `select ends_at < now() + interval '1 hour' as is_over from public.care_relationships
         where organisation_id = $1 and ground_id = $2`,
        [CLINIC_A, NOBODY],
      );
      return row?.is_over;
    };
    for (const isOut of [true, false])
      await visit(async (as) => {
        if (isOut) await putOut(as, `now() + interval '10 minutes'`);
        await move(as, receptionist, LATER);
        expect(await until(as), isOut ? 'put out' : 'control').toBe(isOut);
      });
  });

  test('that is booked for them afterwards lets them in, as does one that was left to them [N-21 +]', async () => {
    const days = (sign: string) =>
      `starts_at = starts_at ${sign} interval '9 days', ends_at = ends_at ${sign} interval '9 days'`;
    for (const isBefore of [true, false])
      await visit(async (as) => {
        await outOfAnother(as);
        if (isBefore) await byNow(as); // else this visit is younger than the transaction, which is when they were put out
        for (const set of [LATER, days('+'), days('-')]) await move(as, receptionist, set);
        expect(await treats(as)).toBe(true);
      });
  });
});

test('whom a clinic_admin puts out of a visit, in a transaction that began before it was booked, no move of it lets in again [N-21 -, N-21 +]', async () => {
  const db = await clone();
  const commit = { commit: true };
  const as =
    (session: Session): Become =>
    () =>
      Promise.resolve(session);
  const treated = () => db.asSuperuser((session) => treats(as(session)));
  await db.as(personas.servicePinned, (session) => session.rows(PATIENT, [CLINIC_A, EVA]), commit);
  const early = await begin(db, clinicAdmin);
  expect(await db.as(receptionist, (session) => book(as(session), receptionist), commit)).toMatchObject(
    moved,
  );
  expect(await treated(), 'control').toBe(true);
  await early.query('update public.care_relationships set ends_at = now() where ground_id = $1', [NOBODY]);
  await early.query('commit');
  for (const status of ['', `, status = 'confirmed'`])
    expect(
      await db.as(
        receptionist,
        (session) => move(as(session), receptionist, `starts_at = starts_at + interval '1 minute'${status}`),
        commit,
      ),
    ).toMatchObject(moved);
  expect(await treated()).toBe(false);
});

describe.each<[string, (as: Become, who: Persona) => Promise<Persona>]>([
  [
    'the client of a third party that the deployment takes',
    async (as, who) => {
      await (await as(owner)).rows('update authz.deployment_settings set allow_oauth_clients = true');
      return throughClient(who);
    },
  ],
  [
    'the client of a third party, by its session',
    async (as, who) => {
      await (await as(owner)).rows('update auth.sessions set oauth_client_id = $2 where id = $1', [
        sessionOf(who.userId ?? ''),
        NOBODY,
      ]);
      return who;
    },
  ],
])('what is booked through %s', (_, through) => {
  /** Booked so, and the person in person afterwards. */
  const booked = (tell: (as: Become, client: Persona) => Promise<void>) =>
    story(async (as) => {
      const client = await through(as, clinicAdmin);
      expect(await book(as, client)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
      await tell(as, client);
    });

  test('stands in the diary, and opens the chart once reception says anything of it in person [N-12 N-21 -, N-12 N-21 +]', async () => {
    await booked(async (as, client) => {
      for (const set of [`status = 'arrived'`, `ends_at = ends_at + interval '1 minute'`]) {
        expect(await move(as, client, set)).toMatchObject(moved);
        expect(await treats(as)).toBe(false);
      }
      await move(as, receptionist, `starts_at = starts_at + interval '1 minute'`);
      expect(await treats(as), 'booked anew').toBe(true);
    });
    await booked(async (as) => {
      expect(await move(as, doctor, `starts_at = starts_at`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
    });
    await booked(async (as) => {
      expect(await move(as, receptionist, `status = 'confirmed'`)).toMatchObject(moved);
      expect(await treats(as), 'confirmed').toBe(true);
    });
  });

  test('is confirmed by no status once somebody else changed it, nor to who took it over [N-12 N-21 -]', async () => {
    await booked(async (as) => {
      await licensed(as, nurse);
      expect(await move(as, nurse, `professional_user_id = '${nurse.userId}'`)).toMatchObject(moved);
      await move(as, receptionist, `status = 'arrived'`);
      expect([await treats(as), await treats(as, nurse)]).toEqual([false, false]);
    });
  });

  test('nor moved or lengthened so, where the person booked it, nor given back [N-12 N-21 -, N-12 N-21 +]', async () => {
    for (const isPerson of [false, true])
      await visit(async (as) => {
        const who = isPerson ? clinicAdmin : await through(as, clinicAdmin);
        await move(as, who, `starts_at = now() + interval '3 days', ends_at = now() + interval '4 days'`);
        expect(await treats(as, doctor, '5 days')).toBe(isPerson);
        await move(as, who, `status = 'cancelled'`);
        expect(await move(as, who, `status = 'booked'`)).toMatchObject(isPerson ? moved : refused);
        expect(await treats(as, doctor, '5 days')).toBe(isPerson);
      });
  });
});

test('where tokens have no session, who books opens the chart with them as with any, and not through a client [N-12 N-21 +, N-12 N-21 -]', async () => {
  const LATER = `starts_at = starts_at + interval '3 days', ends_at = ends_at + interval '3 days'`;
  for (const person of [receptionist, clinicAdmin])
    for (const through of [undefined, throughClient])
      await story(async (as) => {
        await (await as(owner)).rows(
          'update authz.deployment_settings set allow_sessionless_tokens = true, allow_oauth_clients = true',
        );
        const bare = { ...person, claims: { ...person.claims, session_id: undefined } };
        const who = through?.(bare) ?? bare;
        const opens = through === undefined;
        expect(await book(as, who)).toMatchObject(moved);
        expect(await treats(as), 'booked').toBe(opens);
        await move(as, who, LATER);
        expect(await treats(as, doctor, '3 days'), 'moved').toBe(opens);
        await move(as, who, `status = 'cancelled'`);
        expect(await treats(as, doctor, '3 days'), 'cancelled').toBe(false);
        expect(await move(as, who, `status = 'booked'`)).toMatchObject(opens ? moved : refused);
        expect(await treats(as, doctor, '3 days'), 'given back').toBe(opens);
        await move(as, receptionist, `status = 'booked'`);
        await move(as, who, `status = 'confirmed'`);
        expect(await treats(as, doctor, '3 days'), 'control: as everybody').toBe(true);
      });
});

test('what the server imported is confirmed by no status [N-21 S-05 -, N-21 +]', async () => {
  for (const who of [personas.servicePinned, receptionist])
    await story(async (as) => {
      await book(as, who);
      await move(as, receptionist, `status = 'arrived'`);
      expect(await treats(as)).toBe(who === receptionist);
    });
});
