import type { World } from '../world.ts';

/** One set-based statement that fills a table. */
export interface LoadStep {
  readonly table: string;
  readonly sql: string;
}

/** Ids of version 7 by kind and number: time-ordered like the real ones, and the same in every run. */
const ID = `
  create function bench.id(kind text, number bigint) returns uuid language sql immutable parallel safe as $$
    select overlay(
      overlay(md5($1 || $2) placing lpad(to_hex(1577836800000 + $2 * 1000), 12, '0') || '7' from 1 for 13) placing '8' from 17 for 1
    )::uuid
  $$;`;

/** Patients the doctor treats, of each organisation: taken at random, so that they are no corner of any index. */
const TREATED = 100;

const array = (words: string) => `'{${words.split(' ').join(',')}}'::text[]`;
const FIRST_NAMES = array(
  'Ana Bruno Carla Davi Elisa Fabio Gloria Hugo Ines Joao Karin Lucas Maria Nilo Olga Paulo Rita Saulo Tania Vera',
);
const LAST_NAMES = array(
  'Almeida Barbosa Cardoso Duarte Esteves Ferreira Gomes Henriques Iglesias Jardim Klein Lima Machado Nunes Oliveira ' +
    'Patel Queiroz Ribeiro Souza Teixeira Uchoa Vieira Wagner Xavier Yamada Zanetti Araujo Batista Campos Dias',
);
const ROLES = array('clinic_admin doctor nurse assistant receptionist');

/**
 * What every table of patients is filled from, so that nothing is computed twice: who belongs where. Every nth patient
 * belongs to the big organisation, the rest are scattered over the others, in the order in which they came.
 */
export function groundwork({ patients, organisations, bigTenant }: World): string {
  const seconds = Math.floor((5 * 365 * 86_400) / patients) || 1;
  return `
    create schema bench;
    ${ID}
    create unlogged table bench.patients as
    select n, bench.id('organisation', home) as organisation_id, bench.id('patient', n) as id,
           bench.id('user', ${organisations} + home) as doctor_id,
           timestamptz '2021-01-01 00:00+00' + n * interval '${seconds} s' as created_at,
           -- Nine in ten consent to treatment.
           case when n % 10 <> 3 then timestamptz 'infinity' end as consent_until,
           row_number() over (partition by home order by hashint8(n), n) <= ${TREATED} as is_treated
    from (
      select n, case when n % (${patients} / ${bigTenant}) = 0 then 0
                     else 1 + (n * 2654435761 % 4294967291) % (${organisations} - 1) end as home
      from generate_series(1, ${patients}::bigint) as n
    ) as numbered
    order by n;
    analyze bench.patients;`;
}

/** Everything that the queries touch, the longest first. The caller leaves out what a history does not have. */
export function loadSteps({ organisations, staffEach }: World): readonly LoadStep[] {
  const logins = organisations * staffEach;
  return [
    {
      table: 'public.medical_records',
      sql: `
        insert into public.medical_records
          (organisation_id, id, patient_id, record_type, vitals, treatment_consent_until, patient_status, created_at, updated_at)
        select p.organisation_id, bench.id('record', p.n * 2 + visit), p.id, 'consultation', '{"pulse": 70}', p.consent_until,
               'active', p.created_at, p.created_at
        from bench.patients as p, generate_series(0, 1) as visit`,
    },
    {
      table: 'public.medical_record_details',
      sql: `
        insert into public.medical_record_details
          (organisation_id, id, patient_id, diagnosis, codes, treatment_consent_until, patient_status, created_at, updated_at)
        select p.organisation_id, bench.id('record', p.n * 2 + visit), p.id, 'essential hypertension', '{I10}', p.consent_until,
               'active', p.created_at, p.created_at
        from bench.patients as p, generate_series(0, 1) as visit`,
    },
    {
      table: 'public.patients',
      sql: `
        insert into public.patients (organisation_id, id, mrn, full_name, created_at, updated_at)
        select p.organisation_id, p.id, 'M' || p.n,
               (${LAST_NAMES})[1 + h.hash % 30] || ' ' || (${FIRST_NAMES})[1 + h.hash / 30 % 20] || ' ' || p.n,
               p.created_at, p.created_at
        from bench.patients as p, lateral (select abs(hashint8(p.n)::bigint) as hash) as h`,
    },
    {
      table: 'public.appointments',
      sql: `
        insert into public.appointments
          (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at, patient_status, created_at, updated_at)
        select p.organisation_id, bench.id('appointment', p.n), p.id, p.doctor_id, t.starts_at, t.starts_at + interval '30 minutes',
               'active', p.created_at, p.created_at
        from bench.patients as p, lateral (select p.created_at + p.n % 97 * interval '1 day' as starts_at) as t`,
    },
    {
      table: 'public.appointment_reasons',
      sql: `
        insert into public.appointment_reasons (organisation_id, id, patient_id, reason, patient_status)
        select p.organisation_id, bench.id('appointment', p.n), p.id, 'follow-up visit', 'active' from bench.patients as p`,
    },
    {
      table: 'public.consents',
      sql: `
        insert into public.consents (organisation_id, id, patient_id, purpose, status, patient_status)
        select p.organisation_id, bench.id('consent', p.n), p.id, 'treatment', 'active', 'active'
        from bench.patients as p where p.consent_until is not null`,
    },
    {
      table: 'public.patient_identity',
      sql: `
        insert into public.patient_identity (organisation_id, id, birth_date, phone, patient_status)
        select p.organisation_id, p.id, date '1940-01-01' + (p.n % 25000)::integer, '+55 11 ' || p.n, 'active' from bench.patients as p`,
    },
    {
      table: 'public.patient_clinical',
      sql: `
        insert into public.patient_clinical (organisation_id, id, allergies, treatment_consent_until, patient_status)
        select p.organisation_id, p.id, 'penicillin', p.consent_until, 'active' from bench.patients as p`,
    },
    {
      table: 'public.care_relationships',
      sql: `
        insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, patient_status)
        select p.organisation_id, bench.id('care', p.n), p.id, p.doctor_id, 'primary', timestamptz '2021-01-01', 'active'
        from bench.patients as p where p.is_treated`,
    },
    {
      table: 'public.organisations',
      sql: `
        insert into public.organisations (id, kind, name, country, timezone, regime)
        select bench.id('organisation', o), 'clinic', 'Clinic ' || o, 'BR', 'America/Sao_Paulo', 'lgpd'
        from generate_series(0, ${organisations - 1}) as o`,
    },
    {
      // Open all day, so that a run by night measures what one by day does.
      table: 'public.organisation_settings',
      sql: `
        insert into public.organisation_settings (organisation_id, business_hours)
        select bench.id('organisation', o), '{"start": 0, "end": 24}' from generate_series(0, ${organisations - 1}) as o`,
    },
    {
      table: 'auth.users',
      sql: `
        insert into auth.users (id, aud, role, email, created_at, updated_at)
        select bench.id('user', u), 'authenticated', 'authenticated', 'staff-' || u || '@bench.example', now(), now()
        from generate_series(0, ${logins - 1}) as u`,
    },
    {
      table: 'auth.sessions',
      sql: `
        insert into auth.sessions (id, user_id, created_at, updated_at, aal)
        select bench.id('session', u), bench.id('user', u), now(), now(), 'aal1' from generate_series(0, ${logins - 1}) as u`,
    },
    {
      table: 'public.profiles',
      sql: `
        insert into public.profiles (user_id, display_name)
        select bench.id('user', u), 'Staff ' || u from generate_series(0, ${logins - 1}) as u
        on conflict (user_id) do update set display_name = excluded.display_name`,
    },
    {
      // Everybody works in two organisations, so that the current one has to be chosen.
      table: 'public.organisation_members',
      sql: `
        insert into public.organisation_members (organisation_id, id, user_id, role, is_active, accepted_at)
        select bench.id('organisation', (u + shift * 7) % ${organisations}), bench.id('member', u * 2 + shift),
               bench.id('user', u), (${ROLES})[1 + u / ${organisations} % 5], u / ${organisations} < ${staffEach - 1}, now()
        from generate_series(0, ${logins - 1}) as u, generate_series(0, ${organisations > 7 ? 1 : 0}) as shift`,
    },
    {
      table: 'public.professionals',
      sql: `
        insert into public.professionals (organisation_id, id, user_id, council, licence)
        select bench.id('organisation', o), bench.id('professional', o), bench.id('user', ${organisations} + o), 'CRM', o::text
        from generate_series(0, ${organisations - 1}) as o`,
    },
  ];
}
