import type { Migration } from './migration.ts';

export const POLICIES: readonly Migration[] = [
  {
    does: 'adds another policy for reading beside the one there is',
    sql: 'create policy front_desk_select on public.invoices for select to authenticated using (status = $$issued$$)',
    widens: false,
    tells: ['equal: the policies of public.invoices are written otherwise, and let through the same'],
  },
  {
    does: 'adds a policy that opens archived rows to whom the fence lets in',
    sql: `drop policy provider_select_rows on public.beds;
      create policy provider_select_rows on public.beds as restrictive for select to authenticated using (true)`,
    widens: true,
    tells: [
      'widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.beds in more rows: no longer only where archived_at is null or archived_at = now()',
    ],
  },
  {
    does: 'makes a restrictive policy permissive',
    sql: `drop policy provider_select_rows on public.beds;
      create policy provider_select_rows on public.beds for select to authenticated using (archived_at is null or archived_at = now())`,
    widens: true,
    tells: [
      'widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.beds in more rows: no longer only where archived_at is null or archived_at = now()',
    ],
  },
  {
    does: 'lets a policy for reading allow everything',
    sql: `drop policy patient_select on public.consents;
      create policy patient_select on public.consents for all to patient
        using (patient_id = any ((select authz.own_patient_ids())::uuid[]) and authz.is_own_patient(organisation_id, patient_id))`,
    widens: true,
    tells: [
      'widened: patients can now change public.consents in more rows: no longer only where archived_at is null or archived_at = now()',
      'widened: patients can now read public.consents in more rows: no longer only where archived_at is null or archived_at = now()',
    ],
  },
  {
    does: 'gives a policy of staff to PUBLIC',
    sql: 'alter policy provider_select on public.consent_purposes to public',
    widens: false,
    tells: ['equal: the policies of public.consent_purposes are written otherwise, and let through the same'],
  },
  {
    does: 'gives a policy of staff to operations too',
    sql: 'alter policy internal_ops_select on public.claims to internal_ops, authenticated using (true)',
    widens: true,
    tells: [
      'widened: operations of every other role can now read public.claims, as operators',
      'widened: ops_agent can now read public.claims in more rows: no longer only where archived_at is null or archived_at = now()',
    ],
  },
  {
    does: 'lets operations read every record of a patient',
    sql: 'alter policy internal_ops_select on public.patients using (true)',
    widens: true,
    tells: [
      'widened: operations of every other role can now read public.patients, as operators',
      'widened: ops_agent can now read public.patients in more rows: no longer only where archived_at is null or archived_at = now(), and 1 more',
    ],
  },
  {
    does: 'forgets one condition of several',
    sql: `alter policy internal_ops_select on public.medical_records using (
        (select authz.is_operator('{ops_agent}')) and (archived_at is null or archived_at = now())
        and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id))`,
    widens: true,
    tells: [
      'widened: ops_agent can now read public.medical_records in more rows: no longer only where not is_segmented',
    ],
  },
  {
    does: 'asks for one condition or another where it asked for both',
    sql: `alter policy internal_ops_select on public.invoices using (
        (select authz.is_operator('{ops_agent}')) and ((archived_at is null or archived_at = now()) or case_id is not null))`,
    widens: true,
    tells: [
      'widened: ops_agent can now read public.invoices in more rows: no longer only where archived_at is null or archived_at = now(), and 1 more',
    ],
  },
  {
    does: 'forgets that the patient is active',
    sql: 'alter policy provider_select_rows on public.appointments using (archived_at is null or archived_at = now())',
    widens: true,
    tells: [
      "widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.appointments in more rows: no longer only where patient_status = 'active'",
    ],
  },
  {
    does: 'forgets that an archived row is out of reach',
    sql: 'alter policy provider_select_rows on public.appointments using (patient_status = $$active$$)',
    widens: true,
    tells: [
      'widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.appointments in more rows: no longer only where archived_at is null or archived_at = now()',
    ],
  },
  {
    does: 'lets reception read what clinicians read',
    sql: `alter policy provider_fence on public.patient_clinical
        using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant,receptionist}', '{}', null, false, '{data_view,treatment}')));
      alter policy provider_select on public.patient_clinical
        using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant,receptionist}', '{}', null, false, '{data_view,treatment}')))`,
    widens: true,
    tells: ['widened: receptionist can now read public.patient_clinical of their own organisation'],
  },
  {
    does: 'lets every role read invoices, without the capability',
    sql: `alter policy provider_fence on public.invoices using (organisation_id = (select authz.organisation_id()));
      alter policy provider_select on public.invoices using (organisation_id = (select authz.organisation_id()))`,
    widens: true,
    tells: [
      'widened: clinic staff of every other role can now read public.invoices in more rows: no longer only where the capability finance is held',
    ],
  },
  {
    does: 'lets another purpose read clinical notes',
    sql: `alter policy provider_fence on public.patient_clinical
        using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,billing}')));
      alter policy provider_select on public.patient_clinical
        using (organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,billing}')))`,
    widens: true,
    tells: [
      'widened: assistant, doctor and nurse can now read public.patient_clinical in more rows: no longer only where the purpose is data_view or the purpose is treatment',
    ],
  },
  {
    does: 'lets a chart be read from any network',
    sql: `alter policy provider_fence on public.medical_records
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}')));
      alter policy provider_select on public.medical_records
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}')))`,
    widens: true,
    tells: [
      'widened: doctor and nurse can now read public.medical_records in more rows: no longer only where the network is allowed',
    ],
  },
  {
    does: 'no longer asks for business hours',
    given: `alter policy provider_fence on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', '{}', false, '{}')));
      alter policy provider_select on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', '{}', false, '{}')))`,
    sql: `alter policy provider_fence on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{}')));
      alter policy provider_select on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{}')))`,
    widens: true,
    tells: [
      'widened: doctor and nurse can now change public.beds in more rows: no longer only where it is within business hours',
      'widened: doctor and nurse can now read public.beds in more rows: no longer only where it is within business hours',
    ],
  },
  {
    does: 'asks for more hours',
    given: `alter policy provider_select on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', '{8,18}', false, '{}')))`,
    sql: `alter policy provider_select on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', '{8,22}', false, '{}')))`,
    widens: true,
    tells: [
      'widened: doctor and nurse can now read public.beds in more rows: no longer only where it is within the hours 8 to 18',
    ],
  },
  {
    does: 'asks for fewer hours',
    given: `alter policy provider_select on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', '{8,22}', false, '{}')))`,
    sql: `alter policy provider_select on public.beds
        using (organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', '{9,18}', false, '{}')))`,
    widens: false,
    tells: [
      'narrowed: doctor and nurse can read public.beds in fewer rows: now only where it is within the hours 9 to 18',
    ],
  },
  {
    does: 'no longer asks for consent',
    sql: 'alter policy provider_select_rows on public.patient_clinical using ((archived_at is null or archived_at = now()) and patient_status = $$active$$)',
    widens: true,
    tells: [
      `widened: assistant, doctor and nurse can now read public.patient_clinical in more rows: no longer only where authz.now() < treatment_consent_until or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, id]) is not null`,
    ],
  },
  {
    does: 'lets anybody read their own rows whoever else they are',
    sql: 'alter policy patient_select on public.invoices using (authz.is_own_patient(organisation_id, patient_id) or patient_id is not null)',
    widens: true,
    tells: [
      'widened: patients can now read public.invoices in more rows: no longer only where authz.is_own_patient(organisation_id, patient_id), and 1 more',
    ],
  },
  {
    does: 'no longer checks what is written',
    sql: `drop policy provider_update_rows on public.patients;
      create policy provider_update_rows on public.patients as restrictive for update to authenticated
        using ((archived_at is null or archived_at = now()) and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
          or status = 'active' and archived_at is null and organisation_id = (select authz.organisation_for('{doctor,nurse,receptionist}', '{}')))
        with check (true)`,
    widens: true,
    tells: [
      'widened: clinic_admin can now change rows of public.patients to what was refused: no longer only where archived_at is null or archived_at = now()',
      "widened: doctor, nurse and receptionist can now change rows of public.patients to what was refused: no longer only where status = 'active', and 1 more",
    ],
  },
  {
    does: 'lets any row be written by one policy, where another still asks',
    sql: `alter policy provider_fence on public.beds with check (true);
      alter policy provider_update on public.beds with check (true)`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'lets any row be written',
    sql: `alter policy provider_fence on public.beds with check (true);
      alter policy provider_insert on public.beds with check (true)`,
    widens: true,
    tells: [
      'widened: assistant, receptionist and clinic staff of every other role can now add to public.beds (organisation_id, id, ward, label, status), every row of every organisation',
      'widened: clinic_admin, doctor and nurse can now add to public.beds, every row of every organisation',
    ],
  },
  {
    does: 'leaves out the keys that only an index needs, before the exact check',
    sql: 'alter policy patient_select on public.invoices using (authz.is_own_patient(organisation_id, patient_id) and (archived_at is null or archived_at = now()))',
    widens: false,
    tells: ['equal: the policies of public.invoices are written otherwise, and let through the same'],
  },
  {
    does: 'leaves out the exact check behind the keys',
    sql: 'alter policy patient_select on public.invoices using (patient_id = any ((select authz.own_patient_ids())::uuid[]) and (archived_at is null or archived_at = now()))',
    widens: true,
    tells: [
      'widened: patients can now read public.invoices in more rows: no longer only where authz.is_own_patient(organisation_id, patient_id)',
    ],
  },
  {
    does: 'lets a policy check by what it finds where it checked by more',
    sql: `drop policy internal_ops_update on public.claims;
      create policy internal_ops_update on public.claims for update to internal_ops using ((select authz.is_operator('{ops_agent}')))`,
    widens: true,
    tells: [
      'widened: ops_agent can now change public.claims in more rows: no longer only where archived_at is null or archived_at = now()',
    ],
  },
  {
    does: 'lets anybody create templates',
    sql: `grant insert on public.form_templates to authenticated;
      create policy provider_insert on public.form_templates for insert to authenticated with check (true)`,
    widens: true,
    tells: ['widened: clinic staff can now add to public.form_templates, every row'],
  },
  {
    does: 'no longer asks for a membership where only colleagues are shown',
    sql: `alter policy provider_select on public.profiles using (user_id = any ((select authz.colleague_ids())::uuid[]) and (archived_at is null or archived_at = now()))`,
    widens: false,
    tells: ['equal: the policies of public.profiles are written otherwise, and let through the same'],
  },
  {
    does: 'lets whoever is a member nowhere read purposes',
    sql: 'alter policy provider_select on public.consent_purposes using (archived_at is null or archived_at = now())',
    widens: true,
    tells: [
      'widened: clinic staff can now read public.consent_purposes in more rows: no longer only where the caller is a member of an organisation',
    ],
  },
  {
    does: 'gives a policy of staff to whom no policy binds',
    sql: 'alter policy provider_select on public.consent_purposes to authenticated, service_role',
    widens: false,
    tells: ['equal: the policies of public.consent_purposes are written otherwise, and let through the same'],
  },
  {
    does: 'gives a permissive policy an expression where it had none, and so let nothing through',
    given: `create policy nobody on public.beds for select to patient; grant select on public.beds to patient`,
    sql: 'alter policy nobody on public.beds using (true)',
    widens: true,
    tells: ['widened: patients can now read public.beds of the clinics where they are patients'],
  },
  {
    does: 'negates a scalar that is null for whoever is nobody',
    given: `create policy others on public.consent_purposes for select to authenticated
        using (not (select authz.organisation_for('{doctor}', '{}')) = (select authz.organisation_id()));
      alter policy provider_select on public.consent_purposes using (false)`,
    sql: `alter policy others on public.consent_purposes using (not (select authz.organisation_for('{doctor}', '{}')) = (select authz.organisation_id())
      or (select authz.organisation_id()) is null)`,
    widens: true,
    tells: [
      "widened: clinic staff can now read public.consent_purposes in more rows: no longer only where authz.organisation_for('{doctor}', '{}') <> authz.organisation_id()",
    ],
  },
  {
    does: 'lets through whose organisation is unknown, where its negation let nobody through',
    given: `drop policy provider_fence on public.beds;
      alter policy provider_select on public.beds using (not organisation_id = (select authz.organisation_for('{doctor}', '{}')))`,
    sql: `alter policy provider_select on public.beds
        using (not organisation_id = (select authz.organisation_for('{doctor}', '{}')) or not (select authz.holds('{doctor}', '{}')))`,
    widens: true,
    tells: [
      "widened: clinic staff of every other role can now read public.beds in more rows: no longer only where organisation_id <> authz.organisation_for('{doctor}', '{}')",
    ],
  },
  {
    does: 'writes a word null into a list that held null itself',
    given: `alter policy patient_select on public.invoices using (status = any ('{issued,null}'::text[]))`,
    sql: `alter policy patient_select on public.invoices using (status = any ('{issued,"null"}'::text[]))`,
    widens: true,
    tells: [
      "changed: patients can read public.invoices in other rows: no longer only where status = any ('{issued,NULL}'); now only where status = any ('{issued,\"null\"}')",
    ],
  },
  {
    does: 'takes a role out of a policy',
    sql: `alter policy provider_insert on public.beds with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))`,
    widens: false,
    tells: [
      'narrowed: doctor and nurse can no longer add to public.beds (organisation_id, id, ward, label, status)',
    ],
  },
  {
    does: 'asks for one condition more',
    sql: 'alter policy patient_select on public.invoices using (patient_id = any ((select authz.own_patient_ids())::uuid[]) and authz.is_own_patient(organisation_id, patient_id) and archived_at is null and status <> $$draft$$)',
    widens: false,
    tells: [
      'narrowed: patients can read public.invoices in fewer rows: now only where archived_at is null, and 1 more',
    ],
  },
  {
    does: 'drops a policy',
    sql: 'drop policy patient_select on public.care_relationships',
    widens: false,
    tells: ['narrowed: patients can no longer read public.care_relationships'],
  },
  {
    does: 'drops one policy and lets another stand that opens less and more',
    sql: `alter policy internal_ops_select on public.invoices using ((select authz.is_operator('{auditor}')) and (archived_at is null or archived_at = now()) and case_id is not null)`,
    widens: true,
    tells: [
      'widened: auditor can now read public.invoices, as operators',
      'narrowed: ops_agent can no longer read public.invoices',
    ],
  },
  {
    does: 'lets a role of PostgreSQL read rows by a policy of its own',
    sql: `create policy watched on public.beds for select to pg_monitor using (organisation_id is not null);
      grant select on public.beds to pg_monitor`,
    widens: true,
    tells: [
      'widened: the role pg_monitor can now read public.beds',
      'changed: the policies of public.beds for pg_monitor say otherwise',
    ],
  },
];
