import { idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** Files of patients, and who may bring or see one. Functions and Storage write them; a realm's own INSERT and UPDATE find no right. */
export const DOCUMENTS: Readonly<Record<string, TableProbe>> = {
  'public.documents': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        kind: text('report'),
        file_name: text('probe.pdf'),
      },
    }),
    update: { status_reason: text('Probe of the matrix') },
  },
  'public.document_upload_grants': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: `insert into public.documents (organisation_id, id, patient_id, kind, file_name)
        values (${organisation(clinic)}, ${NEW}, ${text(idOf('patient', clinic, '01'))}, 'report', 'probe.pdf')`,
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        document_id: NEW,
        user_id: text(idOf('staff', clinic, '05')),
        session_id: NEW,
        expires_at: 'now()',
      },
    }),
    update: { size_bytes: '1024' },
  },
  'public.document_read_tickets': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        document_id: text(idOf('document', clinic, '01')),
        user_id: text(idOf('staff', clinic, '02')),
        session_id: NEW,
        realm: text('provider'),
        expires_at: 'now()',
      },
    }),
    update: { purpose: text('treatment') },
  },
};
