import { describe, expect, test } from 'vitest';
import { emergencyAccessGrants } from '../../policies/emergency_access_grants.ts';
import { TABLES } from '../../policies/index.ts';
import { medicalRecords } from '../../policies/medical_records.ts';
import { opsMembers } from '../../policies/ops_members.ts';
import { organisationMembers } from '../../policies/organisation_members.ts';
import { organisations } from '../../policies/organisations.ts';
import { patientClinical } from '../../policies/patient_clinical.ts';
import { patients } from '../../policies/patients.ts';
import { profiles } from '../../policies/profiles.ts';
import { patientProfiles } from '../../policies/views.ts';
import { compileTable, compileView } from '../../scripts/policy/compile.ts';
import { doctorsRead, sqlOf, tableWith } from './fixtures.ts';

describe('a fence', () => {
  test('holds staff to the current organisation and to its readers, for reading and writing', () => {
    expect(sqlOf(patients, 'policy provider_fence')).toBe(`\
drop policy if exists provider_fence on public.patients;
create policy provider_fence on public.patients
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));
comment on policy provider_fence on public.patients is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';
`);
  });

  test('asks to the letter what opens reading, so that PostgreSQL asks it once', () => {
    for (const table of [
      patients,
      medicalRecords,
      organisationMembers,
      patientClinical,
      emergencyAccessGrants,
    ]) {
      const [fence, opening] = ['provider_fence', 'provider_select'].map(
        (name) => /\n {2}using (.*?);?\n/.exec(sqlOf(table, `policy ${name}`) ?? '')?.[1],
      );
      expect(fence).toMatch(/authz\.(organisation|membership)_(for|within)\(/);
      expect(opening).toBe(fence);
    }
  });

  test('names no audience where somebody may write who may not read, or nobody reads', () => {
    const writtenByNurses = tableWith(doctorsRead, {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['nurse'],
      columns: ['organisation_id', 'id'],
      auditLevel: 'basic',
      requirements: ['S-03'],
    });
    expect(sqlOf(writtenByNurses, 'policy provider_fence')).toBe(`\
drop policy if exists provider_fence on public.notes;
create policy provider_fence on public.notes
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.notes is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';
`);
    const unread = tableWith({
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient'],
      auditLevel: 'basic',
      requirements: ['S-02'],
    });
    expect(sqlOf(unread, 'policy provider_fence')).toContain(
      'using (organisation_id = (select authz.organisation_id()))',
    );
  });

  test('holds a patient to organisations of live accounts, as an array that an index can search', () => {
    expect(sqlOf(patients, 'policy patient_fence')).toContain(
      'using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))',
    );
  });

  test('holds operations to live operators, and nobody signed in to PUBLIC tables', () => {
    expect(sqlOf(patients, 'policy internal_ops_fence')).toContain(
      "using ((select authz.is_operator('{}')))",
    );
    expect(sqlOf(patients, 'policy anon_fence')).toContain('using (false)');
    expect(sqlOf(organisations, 'policy anon_fence')).toContain('using (true)');
  });

  test('is the key itself on organisations', () => {
    expect(sqlOf(organisations, 'policy provider_fence')).toContain(
      "using (id = (select authz.organisation_for('{}', '{}')))",
    );
  });

  test('of a table without a tenant is what its file says, and false where it says nothing', () => {
    expect(sqlOf(profiles, 'policy provider_fence')).toContain(
      'using (user_id = any ((select authz.colleague_ids())::uuid[]))',
    );
    expect(sqlOf(profiles, 'policy patient_fence')).toContain('using (user_id = (select authz.user_id()))');
    expect(sqlOf(opsMembers, 'policy provider_fence')).toContain('using (false)');
  });

  test('stands on every table for every realm of callers', () => {
    for (const table of TABLES) {
      const fences = compileTable(table).chunks.filter(({ sql }) =>
        sql.includes('as restrictive for all to'),
      );
      expect(fences.map(({ key }) => key.split(' ')[1])).toEqual([
        'provider_fence',
        'patient_fence',
        'internal_ops_fence',
        'anon_fence',
      ]);
    }
  });
});

describe('a policy of staff', () => {
  test('is one scalar that names the audience; beside it a restrictive one asks of the row', () => {
    expect(sqlOf(organisationMembers, 'policy provider_update_rows')).toBe(`\
drop policy if exists provider_update_rows on public.organisation_members;
create policy provider_update_rows on public.organisation_members
  as restrictive for update to authenticated
  using (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update_rows on public.organisation_members is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-05, S-03]';
`);
    expect(sqlOf(organisationMembers, 'policy provider_update')).toBe(`\
drop policy if exists provider_update on public.organisation_members;
create policy provider_update on public.organisation_members
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));
comment on policy provider_update on public.organisation_members is
  'clinic_admin of the current organisation may change rows that are of a rank below their own and not archived. [N-02, N-05, S-03]';
`);
  });

  test('with several audiences unites them in the scalar, asks what they share once, and guards what only some may', () => {
    expect(sqlOf(patients, 'policy provider_select')).toBe(`\
drop policy if exists provider_select on public.patients;
create policy provider_select on public.patients
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'patients', 'SELECT', 'basic')));
comment on policy provider_select on public.patients is
  'clinic_admin of the current organisation may read rows that are not archived; doctor, nurse, assistant or receptionist of the current organisation may read rows that are active and not archived. [N-02, N-14, N-27, S-02]';
`);
    expect(sqlOf(patients, 'policy provider_select_rows')).toContain(`\
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and (
      status = 'active'
      or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    )
  );`);
  });

  test('needs none of the row where no rule asks of it', () => {
    const table = tableWith({ ...doctorsRead, conditions: [] });
    expect(sqlOf(table, 'policy provider_select')).toBeDefined();
    expect(sqlOf(table, 'policy provider_select_rows')).toBeUndefined();
  });

  test('with audiences that no single call can say takes the first of several scalars', () => {
    const table = tableWith(doctorsRead, {
      ...doctorsRead,
      roles: 'any',
      capabilities: ['finance'],
      conditions: ['proposed'],
    });
    expect(sqlOf(table, 'policy provider_select')).toContain(
      "using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{finance}')), (select authz.organisation_for('{doctor}', '{}'))), 'provider', 'notes', 'SELECT', 'basic')));",
    );
    expect(sqlOf(table, 'policy provider_select_rows')).toContain(`\
  using (
    (
      status = 'proposed'
      and organisation_id = (select authz.organisation_for('{}', '{finance}'))
    )
    or (
      (archived_at is null or archived_at = now())
      and organisation_id = (select authz.organisation_for('{doctor}', '{}'))
    )
  );`);
  });

  test('whose scalar is contained in a wider one does not ask twice, and still guards its branch', () => {
    const table = tableWith(doctorsRead, {
      ...doctorsRead,
      capabilities: ['privacy_officer'],
      conditions: [],
    });
    expect(sqlOf(table, 'policy provider_select')).toContain(
      "using (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor}', '{}'), 'notes', 'SELECT', 'basic')));",
    );
    expect(sqlOf(table, 'policy provider_select_rows')).toContain(
      "or organisation_id = (select authz.organisation_for('{doctor}', '{privacy_officer}'))",
    );
  });

  test('whose branches share one audience needs no guard', () => {
    const table = tableWith(
      { ...doctorsRead, conditions: ['active'] },
      { ...doctorsRead, conditions: ['proposed'] },
    );
    const sql = sqlOf(table, 'policy provider_select_rows') ?? '';
    expect(sql).not.toContain('authz.');
    expect(sql).toContain("    status = 'active'\n    or status = 'proposed'\n");
  });

  test('merges rules that differ only in roles', () => {
    const table = tableWith(doctorsRead, { ...doctorsRead, roles: ['nurse'] });
    expect(sqlOf(table, 'policy provider_select')).toContain(
      "using (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'notes', 'SELECT', 'basic')));",
    );
  });

  test("compares a consent and the patient's status with columns of the row itself", () => {
    expect(sqlOf(patientClinical, 'policy provider_select_rows')).toContain(`\
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          treatment_consent_until > (select authz.now())
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
        )
`);
  });

  test('asks treatment, consent and hours, or a broken glass, and of a nurse no protected segment besides', () => {
    expect(sqlOf(medicalRecords, 'policy provider_select_rows')).toContain(`\
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );`);
  });

  test('keeps hours and network inside the scalar where no emergency opens them', () => {
    const table = tableWith({ ...doctorsRead, hours: { start: 22, end: 6 }, network: true });
    expect(sqlOf(table, 'policy provider_select')).toContain(
      "organisation_id = (select authz.log_organisation(authz.membership_within('{doctor}', '{}', '{22,6}', true, '{}'), 'notes', 'SELECT', 'basic'))",
    );
    const byNight = tableWith(doctorsRead, {
      ...doctorsRead,
      roles: ['nurse'],
      hours: { start: 22, end: 6 },
    });
    expect(sqlOf(byNight, 'policy provider_select')).toContain(
      "organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{doctor}', '{}')), (select authz.organisation_within('{nurse}', '{}', '{22,6}', false, '{}'))), 'provider', 'notes', 'SELECT', 'basic'))",
    );
  });

  test('keeps the hours of one role where another has none and both break the glass, whichever rule comes first [N-28 -]', () => {
    const always = { ...doctorsRead, conditions: ['treating'], emergencyBypass: true } as const;
    const within = { ...always, roles: ['nurse'], hours: 'business' } as const;
    for (const table of [tableWith(always, within), tableWith(within, always)]) {
      const rows = sqlOf(table, 'policy provider_select_rows');
      expect(rows).toContain("authz.patients_in_care('treating', null)");
      expect(rows).toContain("authz.patients_in_care('treating', '{}')");
      expect(rows).toContain("and organisation_id = (select authz.organisation_for('{nurse}', '{}'))");
      expect(rows).toContain("and organisation_id = (select authz.organisation_for('{doctor}', '{}'))");
    }
    // Of the same hours, they are one.
    const both = sqlOf(tableWith(within, { ...within, roles: ['doctor'] }), 'policy provider_select_rows');
    expect(both).toContain("authz.patients_in_care('treating', '{}')");
    expect(both).not.toContain('organisation_for');
  });

  test('guards the hours that an emergency opens where no care relationship carries them', () => {
    const table = tableWith({ ...doctorsRead, hours: { start: 6, end: 22 }, emergencyBypass: true });
    expect(sqlOf(table, 'policy provider_select_rows')).toContain(`\
    (archived_at is null or archived_at = now())
    and (
      organisation_id = (select authz.organisation_within('{}', '{}', '{6,22}', false, '{}'))
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )`);
  });

  test('on a table without a tenant starts with the guard', () => {
    expect(sqlOf(profiles, 'policy provider_select')).toContain(`\
  using (
    (select authz.log_decision(authz.holds('{}', '{}'), 'provider', 'profiles', 'SELECT', 'basic'))
    and user_id = any ((select authz.colleague_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  )`);
  });
});

describe('a policy of another realm', () => {
  test('finds own patients by index and decides by the exact pair', () => {
    expect(sqlOf(patients, 'policy patient_select')).toContain(`\
  using (
    id = any ((select authz.log_decision(authz.own_patient_ids(), 'patient', 'patients', 'SELECT', 'basic'))::uuid[])
    and authz.is_own_patient(organisation_id, id)
    and (archived_at is null or archived_at = now())
  )`);
  });

  test('of operations guards every branch with live roles', () => {
    expect(sqlOf(opsMembers, 'policy internal_ops_select')).toContain(`\
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'ops_members', 'SELECT', 'basic'))
    and (
      (
        (select authz.is_operator('{admin}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.is_operator('{}'))
        and user_id = (select authz.user_id())
        and (archived_at is null or archived_at = now())
      )
    )
  )`);
  });

  test('of definer functions opens every row and says which function needs it', () => {
    expect(sqlOf(patientClinical, 'policy definer_update')).toBe(`\
drop policy if exists definer_update on public.patient_clinical;
create policy definer_update on public.patient_clinical
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.patient_clinical is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project: both take effect in their own transaction). [N-27, N-45, N-50]';
`);
  });
});

describe('grants', () => {
  test('are all revoked before what the rules say is granted, by column where they list columns', () => {
    expect(sqlOf(patients, 'grants on public.patients to authenticated')).toBe(`\
revoke all on table public.patients from authenticated;
grant
  select,
  insert (full_name, id, language, mrn, organisation_id, status),
  update (archived_at, full_name, language, mrn, status)
  on table public.patients to authenticated;
-- not granted: delete, because rows are archived, never removed.
`);
    expect(sqlOf(organisations, 'grants on public.organisations to anon')).toBe(`\
revoke all on table public.organisations from anon;
grant select (country, id, kind, name) on table public.organisations to anon;
`);
  });

  test('name every role, those that hold nothing too, and PUBLIC', () => {
    const keys = compileTable(patients)
      .chunks.map(({ key }) => key)
      .filter((key) => key.startsWith('grants'));
    expect(keys.map((key) => key.split(' to ')[1])).toEqual([
      'public',
      'authenticated',
      'patient',
      'internal_ops',
      'anon',
      'cordon_definer',
      'cordon_insights',
      'service_role',
    ]);
    expect(sqlOf(patients, 'grants on public.patients to anon')).toBe(
      'revoke all on table public.patients from anon;\n',
    );
  });

  test('of a view go to its readers alone', () => {
    const { chunks } = compileView(patientProfiles, TABLES);
    const granted = chunks
      .filter(({ sql }) => sql.includes('grant select'))
      .map(({ key }) => key.split(' to ')[1]);
    expect(granted).toEqual(['authenticated', 'patient', 'internal_ops', 'service_role']);
  });
});
