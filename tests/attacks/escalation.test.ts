import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const STAFF: readonly Persona[] = [personas.clinicAdmin, personas.doctor, personas.receptionist];

async function codeOf(persona: Persona, statement: string, ...values: unknown[]): Promise<string> {
  const outcome = await database().as(persona, (session) => session.attempt(statement, values));
  return outcome.ok ? `ok, ${outcome.count} rows` : outcome.code;
}

describe('a member', () => {
  const own = 'update public.organisation_members set role = $1 where user_id = $2';

  test.each(STAFF)('does not promote themselves: $name [N-11 N-05 -]', async (persona) => {
    expect(await codeOf(persona, own, 'clinic_admin', persona.userId)).toBe('ok, 0 rows');
  });

  test.each(STAFF)(
    'does not promote themselves by a bare statement either: $name [N-11 N-05 -]',
    async (persona) => {
      await database().as(
        persona,
        (session) => session.attempt(`update public.organisation_members set role = 'doctor'`),
        { commit: false },
      );
      const before = await rolesNow();
      await database().as(
        persona,
        (session) =>
          session.attempt(`update public.organisation_members set capabilities = '{finance,break_glass}'`),
        { commit: true },
      );
      const after = await rolesNow();
      const self = (rows: Awaited<ReturnType<typeof rolesNow>>) =>
        rows.find((row) => row.user_id === persona.userId);
      expect(self(after)).toEqual(self(before));
      const elsewhere = (rows: Awaited<ReturnType<typeof rolesNow>>) =>
        rows.filter((row) => row.organisation_id !== CLINIC_A);
      expect(elsewhere(after)).toEqual(elsewhere(before));
    },
  );

  test('does not hand their membership to another organisation or person [N-11 S-03 -]', async () => {
    for (const column of ['organisation_id', 'user_id', 'rank']) {
      expect(
        await codeOf(personas.clinicAdmin, `update public.organisation_members set ${column} = default`),
        column,
      ).toBe('42501');
    }
  });

  test('control: a clinic_admin changes the role of a lower rank [N-11 N-05 +]', async () => {
    expect(await codeOf(personas.clinicAdmin, own, 'nurse', personas.assistant.userId)).toBe('ok, 1 rows');
  });

  test('is raised to clinic_admin by no clinic_admin [N-05 -]', async () => {
    expect(await codeOf(personas.clinicAdmin, own, 'clinic_admin', personas.doctor.userId)).toBe('42501');
  });

  test('opens no portal to themselves, and assigns no patient to themselves [N-11 N-15 -]', async () => {
    const account = `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'proxy')`;
    expect(
      await codeOf(
        personas.receptionist,
        account,
        CLINIC_A,
        personas.receptionist.userId,
        idOf('patient', 'a', '01'),
      ),
    ).toBe('42501');
    const care = `insert into public.care_relationships (organisation_id, patient_id, user_id, kind) values ($1, $2, $3, 'covering')`;
    expect(
      await codeOf(personas.doctor, care, CLINIC_A, idOf('patient', 'a', '03'), personas.doctor.userId),
    ).toBe('42501');
  });

  async function rolesNow() {
    return database().asSuperuser((session) =>
      session.rows(
        'select organisation_id, user_id, role, capabilities from public.organisation_members order by 1, 2',
      ),
    );
  }
});

describe('operations', () => {
  const create = `select public.create_organisation('New Clinic', 'clinic', 'BR', 'America/Sao_Paulo', 'lgpd', '${personas.stranger.userId}')`;

  test('an admin creates an organisation with its first member [N-05 +]', async () => {
    expect(await codeOf(personas.opsAdmin, create)).toBe('ok, 1 rows');
  });

  test.each([
    personas.opsAgent,
    personas.opsAuditor,
    personas.formerOperator,
    personas.clinicAdmin,
    personas.stranger,
    personas.anon,
    personas.patient,
  ] as Persona[])('$name creates none [N-05 N-11 -]', async (persona) => {
    expect(await codeOf(persona, create)).toBe('42501');
  });

  test('an admin has no health data by role [N-11 -]', async () => {
    for (const table of ['patients', 'patient_identity', 'patient_clinical', 'consents', 'medical_records']) {
      expect(await codeOf(personas.opsAdmin, `select from public.${table}`), table).toBe('ok, 0 rows');
      expect(await codeOf(personas.opsAgent, `select from public.${table}`), table).not.toBe('ok, 0 rows');
    }
    for (const table of ['appointments', 'appointment_reasons', 'medical_record_details']) {
      expect(await codeOf(personas.opsAdmin, `select from public.${table}`), table).toBe('42501');
    }
  });

  test('nobody makes operators, admin included [N-05 -]', async () => {
    for (const persona of [personas.opsAdmin, personas.opsAgent, personas.clinicAdmin]) {
      expect(
        await codeOf(
          persona,
          `insert into public.ops_members (user_id, role) values ($1, 'admin')`,
          personas.stranger.userId,
        ),
      ).toBe('42501');
    }
  });
});

describe('the ways around policies are closed', () => {
  const REALMS: readonly Persona[] = [
    personas.clinicAdmin,
    personas.patient,
    personas.opsAdmin,
    personas.anon,
  ];

  const attempts: [string, string, RegExp][] = [
    ['TRUNCATE', 'truncate public.patients', /^42501$/],
    ['TRUNCATE with everything that refers to it', 'truncate public.organisations cascade', /^42501$/],
    ['LOCK', 'lock table public.patients in access exclusive mode', /^42501$/],
    ['switching row-level security off', 'alter table public.patients disable row level security', /^42501$/],
    ['dropping a policy', 'drop policy provider_fence on public.patients', /^42501$/],
    ['adding a policy', 'create policy mine on public.patients for select to public using (true)', /^42501$/],
    [
      'a trigger on a shared table',
      'create trigger mine before insert on public.patients for each row execute function authz.tg__stamp()',
      /^42501$/,
    ],
    ['disabling a trigger', 'alter table public.patients disable trigger _050_tenant', /^42501$/],
    [
      'a foreign key onto a table',
      'create temp table probe (o uuid, p uuid, foreign key (o, p) references public.patients)',
      /^(42501|42P16)$/,
    ],
    ['a table beside ours', 'create table public.mine (id uuid)', /^42501$/],
    [
      'a function beside ours',
      'create function public.mine() returns integer language sql return 1',
      /^42501$/,
    ],
    ['a schema', 'create schema mine', /^42501$/],
    ['an index', 'create index mine on public.patients (mrn)', /^42501$/],
    ['a grant to oneself', 'grant all on public.patients to public', /^42501$|^ok, 0 rows$/],
    ['COPY into a table', `copy public.patients from program 'true'`, /^42501$/],
    ['a file of the server', `select pg_read_file('/etc/passwd')`, /^42501$/],
    ['a program', `copy public.patients to program 'true'`, /^42501$/],
    ['an extension', 'create extension dblink', /^(42501|0A000|58P01)$/],
    ['a server', 'create server mine foreign data wrapper postgres_fdw', /^(42501|42704)$/],
    ['a publication', 'create publication mine for table public.patients', /^42501$/],
    ['replication mode', `set local session_replication_role = 'replica'`, /^42501$/],
    ['becoming the migrating role', 'set local role postgres', /^42501$/],
    ['becoming the superuser', 'set local role supabase_admin', /^42501$/],
    ['becoming the owner of definer functions', 'set local role cordon_definer', /^42501$/],
    ['a session of another', 'set session authorization postgres', /^42501$/],
    ['a role', 'create role mine', /^42501$/],
    [
      'an event trigger',
      'create event trigger mine on ddl_command_start execute function authz.tg__stamp()',
      /^42501$/,
    ],
    ['the trigger function itself', 'select authz.tg__stamp()', /^(42501|0A000)$/],
    ['naming a helper', 'select authz.organisation_id()', /^42501$/],
    ['asking about others', `select authz.role_rank('admin')`, /^42501$/],
    ['the projections', 'select * from authz.live_memberships', /^42501$/],
    ['the settings of the deployment', 'select * from authz.deployment_settings', /^42501$/],
    ['the classification', 'select * from governance.classification', /^42501$/],
    ['the sessions', 'select * from auth.sessions', /^42501$/],
    [
      'statistics of values',
      `select 1 / count(*) from pg_stats where schemaname = 'public' and tablename = 'patients'`,
      /^22012$/,
    ],
  ];

  test.each(attempts)('%s [N-09 -]', async (_, statement, expected) => {
    const before = await grantsOfPatients();
    for (const persona of REALMS) expect(await codeOf(persona, statement), persona.name).toMatch(expected);
    expect(await grantsOfPatients()).toEqual(before);
  });

  test('row_security = off raises instead of showing more [N-09 -]', async () => {
    const outcome = await database().as(personas.doctor, async (session) => {
      await session.script('set local row_security = off');
      return session.attempt('select from public.patients');
    });
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test('COPY out carries the own rows and no more [N-09 N-26 +]', async () => {
    expect(await codeOf(personas.doctor, 'copy public.patients to stdout')).toBe('ok, 3 rows');
    expect(await codeOf(personas.stranger, 'copy public.patients to stdout')).toBe('ok, 0 rows');
  });

  test('COPY in is refused [N-09 -]', async () => {
    const columns = '(organisation_id, mrn, full_name)';
    expect(await codeOf(personas.receptionist, `copy public.patients ${columns} from stdin`)).toBe('0A000');
    expect(await codeOf(personas.receptionist, 'copy public.patients from stdin')).toBe('42501');
  });

  test('and on, as it is, the same query answers with the own rows [N-09 +]', async () => {
    expect(await codeOf(personas.doctor, 'select from public.patients')).toBe('ok, 3 rows');
  });

  test('the roles of the application neither bypass policies nor own a table, and every table binds its owner [N-09 +]', async () => {
    const rows = await database().asSuperuser((session) =>
      session.rows(`
        select r.rolname from pg_roles as r
        where r.rolname in ('anon', 'authenticated', 'patient', 'internal_ops', 'authenticator', 'cordon_definer')
          and not r.rolbypassrls and not r.rolsuper
          and not exists (select from pg_class as c where c.relowner = r.oid and c.relkind in ('r', 'p'))
        order by 1`),
    );
    expect(rows.map(({ rolname }) => rolname)).toEqual([
      'anon',
      'authenticated',
      'authenticator',
      'cordon_definer',
      'internal_ops',
      'patient',
    ]);
  });

  async function grantsOfPatients() {
    return database().asSuperuser((session) =>
      session.rows(
        `select relacl::text, relrowsecurity from pg_class where oid = 'public.patients'::regclass`,
      ),
    );
  }
});

describe('code that a caller plants', () => {
  test('a temporary table cannot borrow a trigger function to forge its stamps [N-11 S-16 -]', async () => {
    for (const fn of ['tg__stamp()', `tg__tenant('patients')`, 'tg__status_stamp()']) {
      const outcome = await database().as(personas.doctor, async (session) => {
        const table = await session.attempt(
          'create temp table patients (organisation_id uuid, id uuid, status text)',
        );
        if (!table.ok) return table; // without TEMP there is nothing to plant
        return session.attempt(
          `create trigger forged before insert on pg_temp.patients for each row execute function authz.${fn}`,
        );
      });
      expect(outcome, fn).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('a temporary table that shadows ours changes no answer of a definer function [N-11 -]', async () => {
    const seen = await database().as(personas.stranger, async (session) => {
      await session.attempt(`create temp table organisation_members as
        select '${CLINIC_A}'::uuid as organisation_id, '${personas.stranger.userId}'::uuid as user_id, 'clinic_admin'::text as role,
               100 as rank, '{}'::text[] as capabilities, true as is_active, null::timestamptz as valid_until, null::timestamptz as archived_at`);
      await session.attempt(
        'create temp table live_memberships as select * from pg_temp.organisation_members',
      );
      await session.attempt('set local search_path = pg_temp, public');
      return session.value('select count(*)::integer from public.patients');
    });
    expect(seen).toBe(0);
  });

  test('an operator that shadows one of ours changes no answer either [N-11 -]', async () => {
    const seen = await database().as(personas.stranger, async (session) => {
      await session.attempt(
        `create function pg_temp.always(uuid, uuid) returns boolean language sql as 'select true'`,
      );
      await session.attempt(
        'create operator pg_temp.= (leftarg = uuid, rightarg = uuid, function = pg_temp.always)',
      );
      await session.attempt('set local search_path = pg_temp, public');
      return session.value('select count(*)::integer from public.patients');
    });
    expect(seen).toBe(0);
  });

  const DEFINER_TYPES = ['jsonb', 'uuid', 'text', 'timestamptz', 'smallint', 'bool'];
  test.each(DEFINER_TYPES)(
    'a domain that shadows %s runs no code of theirs as the owner of our functions [N-11 -]',
    async (type) => {
      const ran = await database().as(personas.receptionist, async (session) => {
        await session.attempt(`create function pg_temp.evil() returns boolean language plpgsql as $$
          begin perform set_config('evil.ran_as', current_user::text, true); return true; end $$`);
        await session.attempt(`create domain pg_temp.${type} as pg_catalog.${type} check (pg_temp.evil())`);
        await session.attempt('select count(*) from public.profiles');
        await session.attempt(`select public.set_context('${CLINIC_A}')`);
        await session.attempt(`select public.set_context('${CLINIC_A}', 'treatment')`);
        return session.value(`select nullif(current_setting('evil.ran_as', true), '')`);
      });
      expect(ran).toBeNull();
    },
  );

  test('control: such a domain does run in a function that leaves pg_temp first [N-11 +]', async () => {
    await database().asSuperuser((session) =>
      session.rows(`create function public.careless() returns text language plpgsql security definer set search_path = ''
        as $$ declare v jsonb := '{}'; begin return v::text; end $$`),
    );
    const ran = await database().as(personas.receptionist, async (session) => {
      await session.attempt(`create function pg_temp.evil() returns boolean language plpgsql as $$
        begin perform set_config('evil.ran_as', current_user::text, true); return true; end $$`);
      await session.attempt('create domain pg_temp.jsonb as pg_catalog.jsonb check (pg_temp.evil())');
      await session.attempt('select public.careless()');
      return session.value(`select nullif(current_setting('evil.ran_as', true), '')`);
    });
    expect(ran).not.toBe('authenticated');
    expect(ran).not.toBeNull();
    await database().asSuperuser((session) => session.rows('drop function public.careless()'));
  });

  test('control: the same attempts leave a doctor what is theirs [N-11 +]', async () => {
    const seen = await database().as(personas.doctor, async (session) => {
      await session.attempt('create temp table organisation_members (organisation_id uuid)');
      await session.attempt('set local search_path = pg_temp, public');
      return session.value('select count(*)::integer from public.patients');
    });
    expect(seen).toBe(3);
  });
});
