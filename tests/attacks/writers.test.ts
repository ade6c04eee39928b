import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, DRAFT } from '../support/forms.ts';

const database = useDatabase();

describe('who writes', () => {
  /** Three rows in one statement: the middle one as nobody, by whatever role the login may take. */
  const asNobody = (session: Session, role: string, claims: unknown) =>
    session.attempt(
      `insert into public.signed_forms (organisation_id, id, patient_id, template_id)
       select $1, v.id::uuid, $2,
         case when set_config('role', v.r, true) is not null and set_config('request.jwt.claims', v.c, true) is not null then $3::uuid end
       from (values ($4, 'authenticated', $5), ($6, $7, ''), ($8, $9, $10)) as v (id, r, c)
       on conflict do nothing`,
      [
        CLINIC_A,
        ANA,
        idOf('template', 'f', '03'),
        DRAFT,
        JSON.stringify(personas.nurse.claims),
        NOBODY,
        role,
        idOf('form', 'a', '78'),
        claims === undefined ? role : 'authenticated',
        claims === undefined ? '' : JSON.stringify(claims),
      ],
    );

  test.each([
    ['none', personas.nurse.claims],
    ['none', undefined],
    ['anon', personas.nurse.claims],
    ['anon', undefined],
    ['authenticated', personas.nurse.claims],
  ])(
    'is somebody, also where a statement takes the role %s in between [N-11 S-16 S-32 -]',
    async (role, claims) => {
      await database().as(personas.nurse, async (session) => {
        expect(await asNobody(session, role, claims)).toMatchObject({ ok: false, code: '42501' });
      });
      // The first row is there already: nothing of it is written, so that nobody is stamped but nobody.
      expect(
        await database().asSuperuser((session) =>
          session.rows('select 1 from public.signed_forms where id = $1', [NOBODY]),
        ),
      ).toEqual([]);
    },
  );

  test('control: the server\u2019s own key and the owner write as the system [S-16 +]', async () => {
    const insert = `insert into public.beds (organisation_id, ward, label) values ($1, 'W', 'S-1') returning actor_kind`;
    expect(
      await database().as(personas.servicePinned as Persona, (session) => session.value(insert, [CLINIC_A])),
    ).toBe('system');
    expect(
      await database().asPostgres(
        async (session) => {
          await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
          return session.value(insert, [CLINIC_A]);
        },
        { rollback: true },
      ),
    ).toBe('system');
  });
});

describe('a setting of the session', () => {
  test('that reads backslashes otherwise lets no card number in, for its owner or for who comes next on the connection [S-37 S-38 -]', async () => {
    await database().as(personas.nurse, async (session) => {
      await session.script('set local standard_conforming_strings = off');
      for (const pickup of ['card 4111 1111 1111 1111', 'id 219-09-9999']) {
        expect(
          await session.attempt('update public.transfers set pickup = $1 where id = $2', [
            pickup,
            idOf('transfer', 'a', '01'),
          ]),
        ).toMatchObject({ ok: false, code: 'CD016' });
      }
      expect(
        await session.attempt('update public.transfers set pickup = $1 where id = $2', [
          'Ward 7',
          idOf('transfer', 'a', '01'),
        ]),
      ).toMatchObject({ ok: true, count: 1 });
    });
  });
});
