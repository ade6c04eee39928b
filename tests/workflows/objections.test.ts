import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { useOpenTransactions } from '../support/open-transactions.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const { clone } = useOpenTransactions();
const CHILD = idOf('patient', 'a', '02');
const WHY = 'They objected, and the board agreed.';

/** The officer relies on another basis for the child, who has consented to nothing. */
const relying = (tell: (as: Become, basis: string) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await (await as(personas.clinicAdmin)).affected(
      `update public.organisation_settings set legal_bases = '{consent,legal_obligation}'`,
    );
    const basis = await (await as(personas.privacyOfficer)).value<string>(
      `select public.rely_on_legal_basis($1, 'research', 'legal_obligation', 'A notifiable disease, by decision of the board.')`,
      [CHILD],
    );
    await tell(as, String(basis));
  });
const statusOf = async (as: Become, basis: string) =>
  (await as(personas.clinicAdmin)).value<string>('select status from public.consents where id = $1', [basis]);

describe('another legal basis than consent', () => {
  test('is not withdrawn, expired or called a mistake on the portal: the patient objects [N-45 N-50 -, N-49 +]', async () => {
    await relying(async (as, basis) => {
      const guardian = await as(personas.guardian);
      const by = (text: string) => guardian.attempt(text, [basis]);
      for (const status of ['withdrawn', 'expired', 'entered_in_error']) {
        expect(
          await by(`update public.consents set status = '${status}' where id = $1`),
          status,
        ).toMatchObject({
          ok: false,
          code: 'CD005',
        });
        expect(
          await by(
            `update public.consents set status = '${status}' where id = $1 and set_config('role', 'authenticated', true) is not null`,
          ),
          `${status}, the role put off`,
        ).toMatchObject({ ok: false, code: 'CD005' });
        await as(personas.guardian);
      }
      expect(await withdraw(guardian, basis)).toMatchObject({ ok: false, code: 'CD005' });
      expect(
        await guardian.attempt(
          `insert into public.subject_requests (organisation_id, patient_id, kind) values ($1, $2, 'objection')`,
          [CLINIC_A, CHILD],
        ),
      ).toMatchObject({ ok: true, count: 1 });
      expect(await statusOf(as, basis)).toBe('active');
    });
  });

  test('is ended by the officer or the clinic_admin, with why, and not by reception [N-45 +, N-45 -]', async () => {
    for (const [persona, outcome, status] of [
      [personas.receptionist, { ok: false, code: 'CD005' }, 'active'],
      [personas.clinicAdmin, { ok: true }, 'withdrawn'],
      [personas.privacyOfficer, { ok: true }, 'withdrawn'],
    ] as const) {
      await relying(async (as, basis) => {
        expect(await withdraw(await as(persona), basis, WHY), persona.name).toMatchObject(outcome);
        expect(await statusOf(as, basis), persona.name).toBe(status);
      });
    }
  });
});

/** A basis that the law lets the patient object to: health protection, for what is not care itself. */
const BASES = `update public.organisation_settings set legal_bases = '{consent,health_protection,vital_interest,legal_obligation}' where organisation_id = '${CLINIC_A}'`;
const rely = (
  session: Session,
  purpose = 'transfer_disclosure',
  basis = 'health_protection',
  patient = CHILD,
) =>
  session.attempt('select public.rely_on_legal_basis($1, $2, $3, $4) as id', [
    patient,
    purpose,
    basis,
    'Care goes on at another place, by decision of the board.',
  ]);
const OBJECTION = idOf('request', 'a', '71');
const object = (session: Session, id = OBJECTION, patient = CHILD, kind = 'objection') =>
  session.attempt(
    'insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, $4)',
    [CLINIC_A, id, patient, kind],
  );
const answer = (session: Session, set: string) =>
  session.attempt(`update public.subject_requests set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    OBJECTION,
  ]);
const CARE = [
  ['treatment', 'health_protection'],
  ['ops_handoff', 'vital_interest'],
  ['research', 'legal_obligation'],
] as const;
const BARRED = { ok: false, code: 'CD020', message: 'the patient has objected' };

describe('an objection', () => {
  const story = (tell: (as: Become) => Promise<void>) =>
    tellStory(database(), async (as) => {
      await (await as(personas.clinicAdmin)).script(BASES);
      await tell(as);
    });
  const steps = [`status = 'in_progress'`, `status = 'completed'`];

  test.each<[string, boolean, readonly string[]]>([
    ['waits for its answer', true, []],
    ['is being looked at', true, steps.slice(0, 1)],
    ['is upheld', true, steps],
    ['is refused', false, [`status = 'refused', refusal_basis = 'The law keeps it.'`]],
    ['is upheld, and then lifted', false, [...steps, 'archived_at = now()']],
  ])(
    'that %s bars what can be objected to (%s), whoever records it, and never care [N-45 N-49 -, N-45 +]',
    async (_, isBarred, answers) => {
      await story(async (as) => {
        await object(await as(personas.guardian));
        // Another patient's, and another request of this one's, stand in nobody's way.
        const server = await as(personas.servicePinned);
        await object(server, idOf('request', 'a', '72'), idOf('patient', 'a', '01'));
        await object(server, idOf('request', 'a', '73'), CHILD, 'access');
        for (const set of answers)
          expect(await answer(server, set), set).toMatchObject({ ok: true, count: 1 });
        const officer = await as(personas.privacyOfficer);
        for (const [purpose, basis] of CARE)
          expect(await rely(officer, purpose, basis), `${purpose}: ${basis}`).toMatchObject({ ok: true });
        expect(await rely(officer)).toMatchObject(isBarred ? BARRED : { ok: true });
        const written = (await as(personas.servicePinned)).attempt(
          `insert into public.consents (organisation_id, patient_id, purpose, status, legal_basis, justification)
         values ($1, $2, 'scheduling', 'active', 'health_protection', 'Care goes on at another place.')`,
          [CLINIC_A, CHILD],
        );
        expect(await written, 'the server').toMatchObject(isBarred ? BARRED : { ok: true });
      });
    },
  );

  test('bars a basis that was proposed before it from coming into force; the patient may consent all the same [N-45 N-49 -, N-45 +]', async () => {
    for (const isObjected of [true, false])
      await story(async (as) => {
        const server = await as(personas.servicePinned);
        const [basis, consent] = [idOf('consent', 'a', '71'), idOf('consent', 'a', '72')];
        await server.rows(
          `insert into public.consents (organisation_id, id, patient_id, purpose, legal_basis, justification)
           values ($1, $2, $4, 'scheduling', 'health_protection', 'Care goes on at another place.'), ($1, $3, $4, 'transfer_disclosure', 'consent', null)`,
          [CLINIC_A, basis, consent, CHILD],
        );
        if (isObjected) await object(await as(personas.guardian));
        const give = (session: Session, id: string) =>
          session.attempt(
            `update public.consents set status = 'active' where organisation_id = $1 and id = $2`,
            [CLINIC_A, id],
          );
        expect(await give(await as(personas.guardian), consent)).toMatchObject({ ok: true, count: 1 });
        expect(await give(await as(personas.servicePinned), basis)).toMatchObject(
          isObjected ? BARRED : { ok: true, count: 1 },
        );
      });
  });

  test('ends what it bars once it is upheld, at once and with why; not while it waits, when it is refused, nor what is care or consented to [N-45 N-49 N-50 +, N-45 -]', async () => {
    for (const [set, ended] of [
      [`status = 'in_progress'`, []],
      [`status = 'refused', refusal_basis = 'The law keeps it.'`, []],
      [`status = 'completed'`, ['transfer_disclosure']],
    ] as const)
      await story(async (as) => {
        const officer = await as(personas.privacyOfficer);
        for (const [purpose, basis] of [...CARE, ['transfer_disclosure', 'health_protection'] as const])
          expect(await rely(officer, purpose, basis), purpose).toMatchObject({ ok: true });
        expect(
          await rely(officer, 'transfer_disclosure', 'health_protection', idOf('patient', 'a', '01')),
          'of another',
        ).toMatchObject({ ok: true });
        const active = async () =>
          (await as(personas.clinicAdmin)).rows(
            `select id, purpose from public.consents where organisation_id = $1 and status = 'active' order by id`,
            [CLINIC_A],
          );
        const before = await active();
        await object(await as(personas.guardian));
        expect(await answer(await as(personas.privacyOfficer), set), set).toMatchObject({
          ok: true,
          count: 1,
        });
        const left = (await active()).map(({ id }) => id);
        const gone = before.filter(({ id }) => !left.includes(id));
        expect(
          gone.map(({ purpose }) => purpose),
          set,
        ).toEqual(ended);
        expect(
          await (await as(personas.servicePinned)).rows(
            'select status, withdrawal_reason from public.consents where organisation_id = $1 and id = any ($2)',
            [CLINIC_A, gone.map(({ id }) => id)],
          ),
        ).toEqual(
          ended.map(() => ({
            status: 'withdrawn',
            withdrawal_reason: 'The patient objected, and it was upheld.',
          })),
        );
      });
  });

  test('and a basis at once take turns: what is being filed is seen [N-45 N-49 -, N-45 +]', async () => {
    const at = await clone();
    await at.as(personas.clinicAdmin, (session) => session.script(BASES), { commit: true });
    const basis = { who: personas.privacyOfficer, act: (session: Session) => rely(session), commit: false };
    const filed = (commit: boolean, patient = CHILD) => ({
      who: patient === CHILD ? personas.guardian : personas.patient,
      act: (session: Session) => object(session, OBJECTION, patient),
      commit,
    });
    for (const other of [filed(false), filed(true, idOf('patient', 'a', '01'))])
      expect(await inTurn(at, other, basis), 'control').toMatchObject({
        first: { ok: true },
        second: { ok: true },
      });
    expect(
      await inTurn(
        at,
        { ...filed(true), act: (session) => object(session, idOf('request', 'a', '75')) },
        basis,
      ),
    ).toMatchObject({ first: { ok: true }, second: BARRED });
  });

  test('and a basis that comes into force at once take turns: whichever is first, the other sees it [N-45 N-49 -, N-45 +]', async () => {
    const id = idOf('consent', 'a', '71');
    const give = (session: Session) =>
      session.attempt(`update public.consents set status = 'active' where organisation_id = $1 and id = $2`, [
        CLINIC_A,
        id,
      ]);
    const server = { who: personas.servicePinned, act: give, commit: true };
    const guardian = { who: personas.guardian, act: (session: Session) => object(session), commit: true };
    for (const [one, other, outcome] of [
      [server, guardian, { first: { ok: true, count: 1 }, second: { ok: true, count: 1 } }],
      [guardian, server, { first: { ok: true, count: 1 }, second: BARRED }],
    ] as const) {
      const at = await clone();
      await at.as(
        personas.servicePinned,
        (session) =>
          session.rows(
            `insert into public.consents (organisation_id, id, patient_id, purpose, legal_basis, justification)
             values ($1, $2, $3, 'scheduling', 'health_protection', 'Care goes on at another place.')`,
            [CLINIC_A, id, CHILD],
          ),
        { commit: true },
      );
      expect(await inTurn(at, one, other)).toMatchObject(outcome);
      const upheld = await at.as(
        personas.privacyOfficer,
        (session) => answer(session, `status = 'completed'`),
        { commit: true },
      );
      expect(upheld).toMatchObject({ ok: true, count: 1 });
      const statuses = await at.as(personas.servicePinned, (session) =>
        session.value('select status from public.consents where organisation_id = $1 and id = $2', [
          CLINIC_A,
          id,
        ]),
      );
      expect(statuses).toBe(one === server ? 'withdrawn' : 'proposed');
    }
  });

  test('is filed beside whoever ends several bases, in whatever order: nobody is a deadlock’s victim [N-45 N-49 +]', async () => {
    const at = await clone();
    const ids = ['71', '72'].map((part) => idOf('consent', 'a', part)) as [string, string];
    await at.as(
      personas.servicePinned,
      async (session) => {
        for (const [place, purpose] of ['scheduling', 'transfer_disclosure'].entries())
          await session.rows(
            `insert into public.consents (organisation_id, id, patient_id, purpose, status, legal_basis, justification)
             values ($1, $2, $3, $4, 'active', 'health_protection', 'Care goes on at another place.')`,
            [CLINIC_A, ids[place], CHILD, purpose],
          );
      },
      { commit: true },
    );
    const end = (session: Session, id: string) =>
      session.attempt(
        `update public.consents set status = 'withdrawn', withdrawal_reason = 'It is over.' where organisation_id = $1 and id = $2`,
        [CLINIC_A, id],
      );
    for (const [first, last] of [ids, ids.toReversed()] as [string, string][])
      await at.as(personas.servicePinned, async (server) => {
        expect(await end(server, first)).toMatchObject({ ok: true, count: 1 });
        const filed = at.as(personas.guardian, (session) => object(session));
        expect(await end(server, last)).toMatchObject({ ok: true, count: 1 });
        expect(await filed).toMatchObject({ ok: true, count: 1 });
      });
  });

  test('that is upheld, or a list that no longer holds a basis, bars it also from coming back out of the archive [N-45 N-48 N-49 -, N-45 +]', async () => {
    const [objected, unlisted, care] = ['71', '72', '74'].map((part) => idOf('consent', 'a', part)) as [
      string,
      string,
      string,
    ];
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      await server.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status, legal_basis, justification)
         select $1, e.id::uuid, $2, e.purpose, 'active', e.basis, 'Care goes on at another place.'
         from (values ($3, 'scheduling', 'health_protection'), ($4, 'research', 'legal_obligation'), ($5, 'treatment', 'vital_interest')) as e (id, purpose, basis)`,
        [CLINIC_A, CHILD, objected, unlisted, care],
      );
      const put = (id: string, when: string) =>
        server.attempt(
          `update public.consents set archived_at = ${when} where organisation_id = $1 and id = $2`,
          [CLINIC_A, id],
        );
      for (const id of [objected, unlisted, care])
        expect(await put(id, 'now()')).toMatchObject({ ok: true, count: 1 });
      await object(await as(personas.guardian));
      expect(await answer(await as(personas.privacyOfficer), `status = 'completed'`)).toMatchObject({
        ok: true,
      });
      await (await as(personas.servicePinned)).script(
        `reset role; update public.consent_purposes set allowed_bases = '{consent}' where purpose = 'research'`,
      );
      await as(personas.servicePinned);
      expect(await put(objected, 'null')).toMatchObject(BARRED);
      expect(await put(unlisted, 'null')).toMatchObject({
        ok: false,
        code: 'CD020',
        message: 'the law does not open this purpose on this basis',
      });
      expect(await put(care, 'null'), 'control').toMatchObject({ ok: true, count: 1 });
    });
  });

  test('that was upheld before it ended anything ends what it bars once it is touched, as a migration does [N-45 N-49 +]', async () => {
    await story(async (as) => {
      await object(await as(personas.guardian));
      const server = await as(personas.servicePinned);
      await server.script('reset role; alter table public.subject_requests disable trigger _510_objection');
      expect(await answer(await as(personas.privacyOfficer), `status = 'completed'`)).toMatchObject({
        ok: true,
      });
      await server.script(
        `reset role; alter table public.subject_requests enable always trigger _510_objection; alter table public.consents disable trigger _107_version`,
      );
      const id = idOf('consent', 'a', '71');
      await server.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status, legal_basis, justification, purpose_version, given_at, given_how)
         values ($1, $2, $3, 'scheduling', 'active', 'health_protection', 'Care goes on at another place.', 1, now(), 'recorded')`,
        [CLINIC_A, id, CHILD],
      );
      await server.script(
        `alter table public.consents enable always trigger _107_version;
         select set_config('request.jwt.claims', '', true), set_config('app.pinned_organisation_id', '${CLINIC_A}', true);
         set local role postgres;
         update public.subject_requests set status = status where kind = 'objection' and status = 'completed' and archived_at is null`,
      );
      await as(personas.servicePinned);
      expect(
        await server.value('select status from public.consents where organisation_id = $1 and id = $2', [
          CLINIC_A,
          id,
        ]),
      ).toBe('withdrawn');
    });
  });
});
