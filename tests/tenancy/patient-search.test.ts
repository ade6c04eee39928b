import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { EVERYBODY, type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);

/** Whoever may call it: the other realms have no EXECUTE. */
const CALLERS = EVERYBODY.filter(({ role }) => role === 'authenticated');
const CLINICS = [CLINIC_A, CLINIC_B, NOBODY] as const;
const NAMES: readonly (readonly [mrn: string, name: string, status: 'active' | 'inactive'])[] = [
  ['S-1', 'José Araújo', 'active'],
  ['S-2', 'Jose\u0301 Arau\u0301jo', 'active'],
  ['S-3', 'Łukasz Żak', 'active'],
  ['S-4', '100% Vida_Boa', 'active'],
  ['S-5', '1000 Vidas', 'active'],
  ['S-6', 'Back\\slash', 'active'],
  ['S-7', 'Joseph Away', 'inactive'],
  ['S-8', 'Ana Souza Archived', 'active'],
  ['S-9', '王小明', 'active'],
];
const SEARCHES = [
  'souza',
  'SOUZA',
  'a s',
  'an',
  'kowal',
  'jose',
  'josé',
  'zak',
  '0%',
  'a_',
  'k\\',
  '王',
  'nobody',
];

/** What the search makes of a name, asked in another way: one letter at a time. */
const folded = (text: string) =>
  `(select string_agg(case left(normalize(c, NFD), 1) when 'ł' then 'l' else left(normalize(c, NFD), 1) end, '' order by n)
    from string_to_table(normalize(${text}, NFC), null) with ordinality as l (c, n))`;

beforeAll(async () => {
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    for (const [mrn, name, status] of NAMES) {
      await session.rows(
        'insert into public.patients (organisation_id, mrn, full_name, status) values ($1, $2, $3, $4)',
        [CLINIC_A, mrn, name, status],
      );
    }
    await session.rows(
      `update public.patients set archived_at = now() where organisation_id = $1 and mrn = 'S-8'`,
      [CLINIC_A],
    );
  });
});

const search = (session: Session, clinic: string, name: string, most = 50) =>
  session.rows<{ id: string; full_name: string }>('select * from public.search_patients($1, $2, $3)', [
    clinic,
    name,
    most,
  ]);

const namesFor = (persona: Persona, name: string, most?: number) =>
  database().as(persona, async (session) =>
    (await search(session, CLINIC_A, name, most)).map(({ full_name }) => full_name.normalize('NFC')),
  );

describe('a search for a part of a name', () => {
  test.each(CALLERS.map((persona) => [persona.name, persona] as const))(
    'gives %s exactly what they may read of patients whose name carries it, in any clinic [N-02 N-26 S-02 +, N-02 N-22 N-26 S-02 -]',
    async (_, persona) => {
      await database().as(persona, async (session) => {
        for (const clinic of CLINICS) {
          for (const text of SEARCHES) {
            const expected = await session.rows(
              `select p.id, p.mrn, p.full_name, p.language, p.status from public.patients as p
               where p.organisation_id = $1 and position(${folded('lower($2)')} in ${folded('p.name_key')}) > 0
               order by p.name_key, p.id`,
              [clinic, text],
            );
            expect(await search(session, clinic, text), `${text} in ${clinic}`).toEqual(expected);
          }
        }
      });
    },
  );

  test('finds a family name, whatever its case and accents, and however they were written [N-26 S-02 +]', async () => {
    expect(await namesFor(personas.receptionist, 'souza')).toEqual(['Ana Souza', 'Bruno Souza']);
    for (const text of ['ARAUJO', 'araújo', 'arau\u0301jo']) {
      expect(await namesFor(personas.receptionist, text), text).toEqual(['José Araújo', 'José Araújo']);
    }
    expect(await namesFor(personas.receptionist, ' zak ')).toEqual(['Łukasz Żak']);
    expect(await namesFor(personas.receptionist, '王')).toEqual(['王小明']);
  });

  test('takes no sign of it for a wildcard [N-26 +, N-26 -]', async () => {
    for (const text of ['%%', '__', 'a%a', 's_u', '.*', '\\\\']) {
      expect(await namesFor(personas.receptionist, text), text).toEqual([]);
    }
    expect(await namesFor(personas.receptionist, '0%')).toEqual(['100% Vida_Boa']);
    expect(await namesFor(personas.receptionist, 'a_b')).toEqual(['100% Vida_Boa']);
    expect(await namesFor(personas.receptionist, 'k\\s')).toEqual(['Back\\slash']);
  });

  test('finds an inactive patient for a clinic_admin, and for nobody else [N-27 +, N-27 -]', async () => {
    expect(await namesFor(personas.clinicAdmin, 'kowalski')).toEqual(['Dana Kowalski']);
    for (const persona of [personas.receptionist, personas.doctor]) {
      expect(await namesFor(persona, 'kowalski')).toEqual([]);
    }
  });

  test('begins at two characters and gives as many rows as were asked for, fifty at most [N-46 N-52 +, N-46 N-52 -]', async () => {
    expect(await namesFor(personas.receptionist, 'so', 1)).toEqual(['Ana Souza']);
    const refused = await database().as(personas.receptionist, async (session) => {
      const codes = [];
      for (const call of [
        `'${CLINIC_A}', 's'`,
        `'${CLINIC_A}', ' s  '`,
        `'${CLINIC_A}', E'\\u0301\\u0301'`,
        `'${CLINIC_A}', repeat('s', 201)`,
        `'${CLINIC_A}', null`,
        `'${CLINIC_A}', 'so', 0`,
        `'${CLINIC_A}', 'so', 51`,
        `'${CLINIC_A}', 'so', null`,
      ]) {
        const outcome = await session.attempt(`select * from public.search_patients(${call})`);
        codes.push(outcome.ok ? call : outcome.code);
      }
      return codes;
    });
    expect(refused).toEqual(Array.from({ length: 8 }, () => '22023'));
  });

  test('is not for the portal, operations, nor for whoever has not signed in [N-26 S-02 -]', async () => {
    for (const persona of [personas.patient, personas.opsAgent, personas.anon]) {
      const outcome = await database().as(persona, (session) =>
        session.attempt('select * from public.search_patients($1, $2)', [idOf('organisation', 'a'), 'souza']),
      );
      expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('is recorded as a SELECT of patients is, at the level basic: who may leaves no record, who may not does [N-35 N-47 S-02 +, N-35 N-47 -]', async () => {
    await log().news();
    const before = await database().as(personas.receptionist, (session) =>
      search(session, CLINIC_A, 'souza'),
    );
    expect(before.length).toBe(2);
    expect(await log().news()).toEqual([]);
    await database().as(personas.stranger, (session) => search(session, CLINIC_A, 'souza'));
    expect(await log().news()).toMatchObject([
      { outcome: 'denied', table_name: 'patients', operation: 'SELECT', user_id: personas.stranger.userId },
    ]);
  });
});
