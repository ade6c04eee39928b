import { beforeAll, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, DRAFT } from '../support/forms.ts';

/*
 * Two who meet take their locks in one order: neither is a deadlock's victim. Each row that is changed is held for a moment before the next is
 * asked for, so that two who take them in two orders meet each time.
 */

const database = useDatabase();
const RECORD = idOf('record', 'a', '01');

beforeAll(async () => {
  await database().asSuperuser(async (session) => {
    await session.script(`
      create function public.held() returns trigger language plpgsql as $$
      begin
        if new.organisation_id = '${CLINIC_A}' then
          perform pg_sleep(case tg_table_name when 'medical_records' then 0.3 else 0.15 end);
        end if;
        return new;
      end $$;
      create trigger _099_held before update on public.medical_records for each row execute function public.held();
      create trigger _099_held before update on public.medical_record_details for each row execute function public.held();
      create trigger _099_held before update on public.consents for each row execute function public.held();
      create trigger _098_held after insert on public.consents for each row execute function public.held();
      alter table public.medical_records enable always trigger _099_held;
      alter table public.medical_record_details enable always trigger _099_held;
      alter table public.consents enable always trigger _099_held;
      alter table public.consents enable always trigger _098_held`);
  });
});

interface Turn {
  readonly who: Persona;
  readonly sql: string;
  readonly values?: readonly unknown[];
}

const consent = (part: string, purpose: string, status: string) =>
  `insert into public.consents (organisation_id, id, patient_id, purpose, status)
   values ('${CLINIC_A}', '${idOf('consent', 'a', part)}', '${ANA}', '${purpose}', '${status}')`;
const OWN = idOf('record', 'a', '83');
const archive: Turn = {
  who: personas.servicePinned,
  sql: `update public.medical_records set archived_at = now() where organisation_id = '${CLINIC_A}' and id = '${RECORD}'`,
};
const write: Turn = {
  who: personas.doctor,
  sql: `insert into public.medical_records (organisation_id, patient_id, record_type) values ('${CLINIC_A}', '${ANA}', 'observation')`,
};
const withdraw: Turn = {
  who: personas.patient,
  sql: `update public.consents set status = 'withdrawn' where status = 'active' and legal_basis = 'consent'`,
};

/** What it is, who comes first, who comes second, how many milliseconds behind, what comes of both, and what there has to be. */
const MEETINGS: readonly (readonly [string, Turn, Turn, number, readonly string[], string?])[] = [
  [
    'the server archives a record, and its doctor edits the details [N-50 S-16 -]',
    { ...archive, sql: archive.sql.replace(RECORD, OWN) },
    {
      who: personas.doctor,
      sql: `update public.medical_record_details set diagnosis = 'Synthetic' where id = '${OWN}'`,
    },
    50,
    ['done', 'done'],
    // Stamped as the doctor's, whose alone it is to edit.
    `select set_config('request.jwt.claims', '${JSON.stringify(personas.doctor.claims)}', true);
     insert into public.medical_records (organisation_id, id, patient_id, record_type) values ('${CLINIC_A}', '${OWN}', '${ANA}', 'observation');
     insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('${CLINIC_A}', '${OWN}', '${ANA}', 'Cold');
     select set_config('request.jwt.claims', '', true)`,
  ],
  [
    'the patient withdraws, and the server archives a record [N-50 -]',
    withdraw,
    archive,
    150,
    ['done', 'done'],
  ],
  [
    'reception proposes what a form is to carry, and a nurse witnesses it [N-45 S-33 -]',
    {
      who: personas.receptionist,
      sql: `insert into public.consents (organisation_id, patient_id, purpose, signed_form_id)
        values ('${CLINIC_A}', '${ANA}', 'transfer_disclosure', '${DRAFT}')`,
    },
    { who: personas.nurse, sql: `select public.sign_form('${DRAFT}', 'Ana Souza', 'consent')` },
    50,
    // It was signed without: what comes behind is not in force by a text that does not say so.
    ['CD017', 'done'],
  ],
  [
    'operations publish a text, and a doctor writes into a chart [N-45 N-48 -]',
    {
      who: personas.opsAdmin,
      sql: `insert into public.consent_purpose_versions (purpose, description, is_material, takes_effect_at)
        values ('treatment', 'Another text.', true, now() + interval '1 day')`,
    },
    write,
    225,
    ['done', 'done'],
    `${consent('71', 'treatment', 'proposed')}; ${consent('72', 'treatment', 'proposed')}`,
  ],
  [
    'the patient withdraws several consents at once, and a doctor writes into a chart [N-45 N-50 -]',
    withdraw,
    write,
    50,
    ['done', 'done'],
    `${consent('73', 'marketing', 'active')}; ${consent('74', 'research', 'active')}`,
  ],
  [
    'the patient withdraws, and a doctor protects a record that corrects another [N-01 N-50 -]',
    withdraw,
    {
      who: personas.doctor,
      sql: `update public.medical_records set segments = '{HIV}' where id = '${idOf('record', 'a', '81')}'`,
    },
    300,
    // Of a chart that is closed by then.
    ['done', 'nothing'],
    `insert into public.medical_records (organisation_id, id, patient_id, record_type, supersedes_id)
     values ('${CLINIC_A}', '${idOf('record', 'a', '81')}', '${ANA}', 'observation', '${RECORD}')`,
  ],
];

const act = ({ who, sql, values = [] }: Turn, after: number) =>
  new Promise((start) => setTimeout(start, after)).then(() =>
    database()
      .as(who, (session: Session) => session.affected(sql, values), { commit: true })
      .then(
        (count) => (count > 0 ? 'done' : 'nothing'),
        (error: { code?: string }) => error.code,
      ),
  );

/** Ana's chart open, and nothing of another test in its way. */
const renewed = (session: Session) =>
  session.script(`
    select set_config('app.pinned_organisation_id', '${CLINIC_A}', true);
    update public.medical_records set archived_at = null where organisation_id = '${CLINIC_A}' and id = '${RECORD}' and archived_at is not null;
    insert into public.consents (organisation_id, patient_id, purpose, status)
    select '${CLINIC_A}', '${ANA}', 'treatment', 'active'
    where not exists (
      select from public.consents
      where organisation_id = '${CLINIC_A}' and patient_id = '${ANA}' and purpose = 'treatment' and status = 'active'
    )`);

for (const [title, one, other, behind, expected, before] of MEETINGS) {
  test(`neither is a deadlock's victim: ${title}`, async () => {
    await database().asSuperuser(async (session) => {
      await renewed(session);
      if (before) await session.script(before);
    });
    const outcomes = await Promise.all([act(one, 0), act(other, behind)]);
    expect(outcomes).toEqual(expected);
  });
}
