import { expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, clock, erase, LATER, REQUEST, reportOf } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';

// Whoever is superuser takes rows away and leaves tombstones for them, or takes tombstones away: the database tells it, to the clinic too.

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const bent = (session: Session) =>
  session.rows<{ organisation_id: string; cause: string; problem: string }>(
    'select organisation_id, cause, problem from public.bent_tombstones()',
  );
/** What a superuser can do: every trigger off, and whatever they like. */
async function bend(as: Become, ...statements: readonly string[]): Promise<void> {
  const session = await as(personas.privacyOfficer);
  await session.script('reset role; alter table governance.tombstones disable trigger user');
  for (const statement of statements) await session.rows(statement);
}
/** Ana is erased, by request, and it is today again. */
async function erased(as: Become): Promise<void> {
  const asking = await as(personas.patient);
  await asking.rows(
    `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'erasure')`,
    [CLINIC_A, REQUEST, ANA],
  );
  const officer = await as(personas.privacyOfficer);
  await officer.rows(`update public.subject_requests set status = 'in_progress' where id = $1`, [REQUEST]);
  await clock(officer, LATER);
  reportOf(await erase(officer));
  await clock(officer, '');
}
const bury = (cause: string, id: string, organisation = CLINIC_A) =>
  `select governance.bury('${organisation}', '${cause}', '${id}', 'public.signed_form_evidence', null, array['{a,b}'], 'x')`;
const close = (cause: string, id: string, organisation = CLINIC_A) =>
  `select governance.close_burial('${organisation}', '${cause}', '${id}', 'x')`;
const ofRequest = `cause_id = '${REQUEST}' and relation <> 'governance.tombstones'`;
const one = `(select id from governance.tombstones where ${ofRequest} order by id limit 1)`;
const ANOTHER = NOBODY.replace(/.$/, '9');

test('an erasure and a run of retention leave tombstones of which nothing is told [N-49 S-20 +]', async () => {
  await story(async (as) => {
    await erased(as);
    for (const persona of [personas.auditor, personas.privacyOfficer, personas.opsAuditor])
      expect(await bent(await as(persona)), persona.name).toEqual([]);
    const own = await as(personas.auditor);
    expect(
      await own.value(`select count(*) > 2 from public.tombstones where cause_id = '${REQUEST}'`),
      'and there are some',
    ).toBe(true);
  });
});

test.each<[string, string[], string[]]>([
  ['for no request, and that nothing closes', [bury('erasure', ANOTHER)], ['no_request', 'not_closed']],
  ['for no request, though closed', [bury('erasure', ANOTHER), close('erasure', ANOTHER)], ['no_request']],
  ['beside those of a request', [bury('erasure', REQUEST)], ['not_what_was_closed']],
  ['beside them, and closed again', [bury('erasure', REQUEST), close('erasure', REQUEST)], ['closed_twice']],
  ['taken away', [`delete from governance.tombstones where id = ${one}`], ['not_what_was_closed']],
  [
    'given to another request',
    [`update governance.tombstones set cause_id = '${ANOTHER}' where id = ${one}`],
    ['not_what_was_closed', 'no_request', 'not_closed'],
  ],
  [
    'that lists another row',
    [
      `update governance.tombstones set record_keys[1] = '{a,b}' where cause_id = '${REQUEST}' and record_keys is not null`,
    ],
    ['keys_of_another_digest'],
  ],
  [
    'of what was destroyed elsewhere',
    [`update governance.tombstones set relation = 'public.beds' where id = ${one}`],
    ['not_what_was_closed'],
  ],
  [
    'without what closed them',
    [
      `delete from governance.tombstones where cause_id = '${REQUEST}' and relation = 'governance.tombstones'`,
    ],
    ['not_closed'],
  ],
  ['for a run that there never was', [bury('retention', ANOTHER), close('retention', ANOTHER)], ['no_run']],
])('a tombstone %s is told [N-49 S-20 -]', async (_, statements, problems) => {
  await story(async (as) => {
    await erased(as);
    expect(await bent(await as(personas.auditor)), 'control').toEqual([]);
    await bend(as, ...statements);
    for (const persona of [personas.auditor, personas.opsAuditor])
      expect((await bent(await as(persona))).map(({ problem }) => problem).sort()).toEqual(
        [...problems].sort(),
      );
  });
});

test('a request that was refused, or asked for something else, has nobody erased [N-49 S-20 -]', async () => {
  await story(async (as) => {
    await erased(as);
    for (const [set, problems] of [
      [`kind = 'erasure'`, []],
      [`kind = 'access'`, ['no_request']],
      [`status = 'refused', kind = 'erasure', refusal_basis = 'The law keeps it.'`, ['no_request']],
    ] as const) {
      const session = await as(personas.privacyOfficer);
      await session.script(`reset role; alter table public.subject_requests disable trigger user`);
      await session.rows(`update public.subject_requests set ${set} where id = $1 and organisation_id = $2`, [
        REQUEST,
        CLINIC_A,
      ]);
      expect(
        (await bent(await as(personas.auditor))).map(({ problem }) => problem),
        set,
      ).toEqual(problems);
    }
  });
});

test('a request that the law keeps no longer need not be there [N-49 N-38 +]', async () => {
  await story(async (as) => {
    await erased(as);
    await bend(
      as,
      `alter table public.subject_requests disable trigger user`,
      `delete from public.subject_requests where id = '${REQUEST}'`,
    );
    const early = await as(personas.auditor);
    expect(
      (await bent(early)).map(({ problem }) => problem),
      'control',
    ).toEqual(['no_request']);
    await clock(early, LATER);
    expect(await bent(early)).toEqual([]);
  });
});

test('a clinic is told of its own tombstones, operations of all, and nobody else of any [N-49 S-02 +, N-49 S-02 -]', async () => {
  await story(async (as) => {
    await bend(
      as,
      bury('erasure', ANOTHER),
      bury('erasure', ANOTHER, CLINIC_B),
      bury('erasure', ANOTHER, CLINIC_B),
    );
    const clinics = async (session: Session) => [
      ...new Set((await bent(session)).map(({ organisation_id }) => organisation_id)),
    ];
    expect(await clinics(await as(personas.auditor))).toEqual([CLINIC_A]);
    expect(await clinics(await as(personas.auditorOfB))).toEqual([CLINIC_B]);
    for (const persona of [personas.opsAuditor, personas.service])
      expect(await clinics(await as(persona)), persona.name).toEqual([CLINIC_A, CLINIC_B]);
    for (const persona of [
      personas.clinicAdmin,
      personas.doctor,
      personas.opsAgent,
      personas.patient,
      personas.stranger,
      personas.anon,
    ])
      for (const statement of [
        'select * from public.bent_tombstones()',
        `select * from governance.bent_tombstones('${CLINIC_A}')`,
        close('erasure', ANOTHER),
      ])
        expect(await (await as(persona)).attempt(statement), persona.name).toMatchObject({
          ok: false,
          code: '42501',
        });
  });
});
