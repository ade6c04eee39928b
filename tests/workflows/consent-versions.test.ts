import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { ANA, agree, change, TREATMENT } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { ASKED, accepted, COMPANY, dispatch } from '../support/transfers.ts';
import { yearIn } from '../support/years.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

const charts = (session: Session) => session.value<string>('select count(*) from public.patient_clinical');
const statusOf = (session: Session, id: string) =>
  session.value<string>('select status from public.consents where id = $1', [id]);
const at = (session: Session, moment: string) =>
  session.rows(`select set_config('test.now', $1, true)`, [moment]);

describe('a material change of a purpose', () => {
  test('ends what was consented to before it, at every clinic, from the moment it takes effect [N-45 N-48 -]', async () => {
    await story(async (as) => {
      expect(await charts(await as(personas.nurse)), 'control').toBe('1');
      expect(await charts(await as(personas.doctorOfB)), 'control').toBe('1');
      expect(await change(await as(personas.opsAdmin), 'treatment')).toMatchObject({ ok: true });
      expect(await charts(await as(personas.nurse))).toBe('0');
      expect(await charts(await as(personas.doctorOfB))).toBe('0');
      expect(await statusOf(await as(personas.receptionist), TREATMENT), 'the decision stays').toBe('active');
    });
  });

  test('announced for later ends them then, to the microsecond, without anybody sweeping [N-45 N-48 +]', async () => {
    await story(async (as) => {
      await change(await as(personas.opsAdmin), 'treatment', true, `${yearIn(1)}-01-01 00:00+00`);
      const nurse = await as(personas.nurse);
      await at(nurse, `${yearIn(0)}-12-31 23:59:59.999999+00`);
      expect(await charts(nurse)).toBe('1');
      await at(nurse, `${yearIn(1)}-01-01 00:00+00`);
      expect(await charts(nurse)).toBe('0');
    });
  });

  test('asks for a new consent, which takes the place of the old one and opens again [N-45 +]', async () => {
    await story(async (as) => {
      await change(await as(personas.opsAdmin), 'treatment');
      expect(await agree(as, 'treatment')).toMatchObject({ ok: true, count: 1 });
      const reception = await as(personas.receptionist);
      expect(await statusOf(reception, NOBODY)).toBe('active');
      expect(await statusOf(reception, TREATMENT)).toBe('expired');
      expect(await charts(await as(personas.nurse))).toBe('1');
      expect(
        await (await as(personas.patient)).attempt(
          `update public.consents set status = 'active' where id = $1`,
          [TREATMENT],
        ),
        'what is over stays over',
      ).toMatchObject({ ok: false, code: 'CD005' });
    });
  });

  test('is not needed to consent again once the time of a consent is over, and only then [N-45 +, N-45 -]', async () => {
    await story(async (as) => {
      const [first, second] = [NOBODY, NOBODY.replace('dead', 'beef')];
      await (await as(personas.receptionist)).rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, expires_at) values ($1, $2, $3, 'research', $4)`,
        [CLINIC_A, first, ANA, `${yearIn(2)}-01-01 00:00+00`],
      );
      await (await as(personas.patient)).rows(`update public.consents set status = 'active' where id = $1`, [
        first,
      ]);
      await (await as(personas.receptionist)).rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'research')`,
        [CLINIC_A, second, ANA],
      );
      const consentAgain = async (moment: string) => {
        const portal = await as(personas.patient);
        await at(portal, moment);
        return portal.attempt(`update public.consents set status = 'active' where id = $1`, [second]);
      };
      expect(await consentAgain(`${yearIn(1)}-12-31 23:59:59.999999+00`), 'one is in force').toMatchObject({
        ok: false,
        code: '23505',
      });
      expect(await consentAgain(`${yearIn(2)}-01-01 00:00+00`)).toMatchObject({ ok: true, count: 1 });
      const reception = await as(personas.receptionist);
      expect([await statusOf(reception, first), await statusOf(reception, second)]).toEqual([
        'expired',
        'active',
      ]);
      expect(await statusOf(reception, TREATMENT), 'of another purpose').toBe('active');
    });
  });

  test('refuses who agrees to the text that is over [N-45 -]', async () => {
    await story(async (as) => {
      const reception = await as(personas.receptionist);
      await reception.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'research')`,
        [CLINIC_A, NOBODY, ANA],
      );
      await change(await as(personas.opsAdmin), 'research');
      const stale = `update public.consents set status = 'active' where id = $1`;
      expect(await (await as(personas.patient)).attempt(stale, [NOBODY])).toMatchObject({
        ok: false,
        code: 'CD005',
      });
      expect(await agree(as, 'research', idOf('consent', 'a', '77'))).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('takes the name from a job whose consent it ends [N-24 N-45 N-50 -]', async () => {
    const named = (session: Session) =>
      session.value<string>(
        'select count(patient_name) from public.transfer_job_patients where transfer_id = $1',
        [ASKED],
      );
    await story(async (as) => {
      await dispatch(await accepted(as, true), ASKED, COMPANY);
      const owner = await as(personas.servicePinned);
      expect(await named(owner), 'control').toBe('1');
      await change(await as(personas.opsAdmin), 'transfer_disclosure');
      expect(await named(await as(personas.servicePinned))).toBe('0');
    });
  });

  test('that is none ends nothing: a text may be put better [N-45 +]', async () => {
    await story(async (as) => {
      expect(await change(await as(personas.opsAdmin), 'treatment', false)).toMatchObject({
        ok: true,
        rows: [{ version: 2 }],
      });
      expect(await charts(await as(personas.nurse))).toBe('1');
    });
  });
});

describe('a version', () => {
  test('is numbered by the database, and binds nobody from yesterday on [N-48 -]', async () => {
    await story(async (as) => {
      const admin = await as(personas.opsAdmin);
      expect(await change(admin, 'research', true, `${yearIn(1)}-01-01 00:00+00`)).toMatchObject({
        rows: [{ version: 2 }],
      });
      expect(await change(admin, 'research'), 'nor does it overtake the one before').toMatchObject({
        rows: [{ version: 3, takes_effect_at: new Date(`${yearIn(1)}-01-01T00:00:00Z`) }],
      });
      await change(admin, 'marketing');
      const isNow = await admin.value(
        `select takes_effect_at > now() from public.consent_purpose_versions where purpose = 'marketing' and version = 2`,
      );
      expect(isNow, 'a moment that is over becomes now').toBe(true);
      expect(
        await admin.attempt(
          `insert into public.consent_purpose_versions (purpose, version, description) values ('research', 9, 'Mine')`,
        ),
      ).toMatchObject({ ok: false, code: '42501' });
    });
  });

  test('is announced for a year ahead at most, so that none holds up those that follow [N-48 -]', async () => {
    await story(async (as) => {
      const admin = await as(personas.opsAdmin);
      for (const at of ['294000-01-01 00:00+00', `${yearIn(2)}-02-01 00:00+00`, 'infinity'])
        expect(await change(admin, 'research', true, at), at).toMatchObject({ ok: false, code: '23514' });
      expect(await change(admin, 'research', true, `${yearIn(1)}-01-01 00:00+00`)).toMatchObject({
        ok: true,
      });
    });
  });

  test('is written by operations alone and changed by nobody, the owner included [N-48 S-20 -]', async () => {
    await story(async (as) => {
      for (const persona of [
        personas.clinicAdmin,
        personas.patient,
        personas.opsAgent,
        personas.servicePinned,
      ]) {
        expect(await change(await as(persona), 'treatment'), persona.name).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
      const session = await as(personas.opsAdmin);
      await session.script('reset role');
      for (const statement of [
        `update public.consent_purpose_versions set description = 'Another'`,
        'delete from public.consent_purpose_versions',
        'truncate public.consent_purpose_versions cascade',
      ]) {
        expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
      }
    });
  });

  test('is there as soon as its purpose is: nobody consents to nothing [N-48 +]', async () => {
    await story(async (as) => {
      const admin = await as(personas.opsAdmin);
      await admin.rows(
        `insert into public.consent_purposes (purpose, description) values ('teaching', 'Teaching students.')`,
      );
      expect(await agree(as, 'teaching')).toMatchObject({ ok: true, count: 1 });
      expect(
        await admin.rows(
          `select purpose_version, given_how, given_at is not null as is_given from public.consents where id = $1`,
          [NOBODY],
        ),
      ).toEqual([{ purpose_version: 1, given_how: 'portal', is_given: true }]);
    });
  });

  test('is counted by the database alone: no number that the server or the owner writes stops consents at every clinic [N-45 N-48 S-05 -, N-48 +]', async () => {
    await story(async (as) => {
      for (const isOwner of [false, true]) {
        const server = await as(personas.servicePinned);
        if (isOwner) await server.script('reset role');
        await server.rows(`update public.consent_purposes set version = 999 where purpose = 'research'`);
        await server.rows(
          `insert into public.consent_purposes (purpose, description, version) values ($1, 'Another.', 999)`,
          [isOwner ? 'teaching' : 'training'],
        );
      }
      const versions = await (await as(personas.opsAdmin)).rows(
        `select purpose, version from public.consent_purposes where purpose in ('research', 'teaching', 'training') order by purpose`,
      );
      expect(versions).toEqual([
        { purpose: 'research', version: 1 },
        { purpose: 'teaching', version: 1 },
        { purpose: 'training', version: 1 },
      ]);
      expect(await agree(as, 'research'), 'control').toMatchObject({ ok: true, count: 1 });
      expect(await change(await as(personas.opsAdmin), 'research'), 'control').toMatchObject({
        rows: [{ version: 2 }],
      });
    });
  });

  test('what a consent is to, and how it was given, is stamped, whatever the server sends [N-45 -]', async () => {
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      await server.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, purpose_version, given_at, given_how, superseded_at)
         values ($1, $2, $3, 'research', 1, '2020-01-01', 'signed_form', '2020-01-01')`,
        [CLINIC_A, NOBODY, ANA],
      );
      const read =
        'select purpose_version, given_at, given_how, superseded_at from public.consents where id = $1';
      const nothing = { purpose_version: 1, given_at: null, given_how: null, superseded_at: null };
      expect(await server.rows(read, [NOBODY])).toEqual([nothing]);
      await server.rows(
        `update public.consents set given_at = '2020-01-01', given_how = 'portal', superseded_at = '2020-01-01' where id = $1`,
        [NOBODY],
      );
      expect(await server.rows(read, [NOBODY])).toEqual([nothing]);
    });
  });
});

describe('a change and a consent at once', () => {
  const connect = async (tenant: string) => {
    const client = new pg.Client({ connectionString: database().url('postgres') });
    await client.connect();
    await client.query(`begin; select set_config('app.pinned_organisation_id', '${tenant}', true)`);
    return client;
  };
  const next = `insert into public.consent_purpose_versions (purpose, description, is_material) values ('research', 'Another.', true)`;
  const give = (tenant: string, patient: string) =>
    `insert into public.consents (organisation_id, patient_id, purpose, status) values ('${tenant}', '${patient}', 'research', 'active')`;
  /** Consents that neither know the newest text nor when they end. */
  const open = () =>
    database().asSuperuser((session) =>
      session.value<number>(
        `select count(*)::integer from public.consents as c
         where c.purpose = 'research' and c.status = 'active' and c.superseded_at is null
           and c.purpose_version < (select max(v.version) from public.consent_purpose_versions as v where v.purpose = 'research' and v.is_material)`,
      ),
    );

  test.each([
    ['the consent first', [give(CLINIC_A, ANA), next]],
    ['the change first', [next, give(CLINIC_B, idOf('patient', 'b', '01'))]],
  ])('wait for each other, %s: no consent slips through [N-45 N-48 -]', async (_, [one = '', other = '']) => {
    const first = await connect(CLINIC_A);
    const second = await connect(one === next ? CLINIC_B : CLINIC_A);
    try {
      await first.query(one);
      let done = false;
      const waiting = second.query(other).then(() => {
        done = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(done, 'the second waits').toBe(false);
      await first.query('commit');
      await waiting;
      await second.query('commit');
      expect(await open()).toBe(0);
    } finally {
      await Promise.all([first.end(), second.end()]);
    }
  });
});
