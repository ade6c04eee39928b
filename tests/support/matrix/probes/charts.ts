import { idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** Medical records, what closes them to staff and what opens them in an emergency. */
export const CHARTS: Readonly<Record<string, TableProbe>> = {
  'public.access_restrictions': {
    rows: inTenant,
    insert: ({ clinic, persona, whose }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(
          whose === 'own' && persona.live?.realm === 'patient'
            ? persona.live.patientId
            : idOf('patient', clinic, '01'),
        ),
      },
    }),
    update: { lifted_at: 'now()' },
  },
  'public.emergency_access_grants': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        user_id: text(idOf('staff', clinic, '02')),
        opened_at: 'now()',
        expires_at: `now() + interval '1 minute'`,
      },
    }),
    update: { ended_at: 'now()' },
  },
  'public.emergency_access_reasons': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: `delete from public.emergency_access_reasons where organisation_id = ${organisation(clinic)}`,
      values: {
        organisation_id: organisation(clinic),
        id: text(idOf('grant', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        reason: text('Probe of at least twenty characters'),
      },
    }),
    update: { review_note: text('Probe') },
  },
  'public.medical_records': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        record_type: text('observation'),
      },
    }),
    // What it says is its author's to change, for a day: that is a trigger's, and no rule of the table.
    update: { vitals: 'vitals' },
  },
  'public.medical_record_details': {
    rows: inTenant,
    // Its record is theirs who add it, for a day: that is a trigger's, and no rule of the table. Who is in nowhere has written none.
    insert: ({ clinic, persona, whose }) => ({
      prepare: `
        select set_config('request.jwt.claims', ${text(whose === 'own' && persona.live ? JSON.stringify(persona.claims) : '')}, true);
        insert into public.medical_records (organisation_id, id, patient_id, record_type)
        values (${organisation(clinic)}, ${NEW}, ${text(idOf('patient', clinic, '01'))}, 'observation')`,
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        diagnosis: text('Probe'),
      },
    }),
    update: { diagnosis: 'diagnosis' },
  },
};
