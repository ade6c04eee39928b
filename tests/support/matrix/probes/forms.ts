import { idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** Forms: their wording, who signed them and what proves it. */
export const FORMS: Readonly<Record<string, TableProbe>> = {
  'public.form_templates': {
    rows: () => `code = 'treatment'`,
    insert: () => ({
      values: {
        id: NEW,
        kind: text('aob'),
        code: text('probe'),
        version: '1',
        language: text('en'),
        title: text('Probe'),
        body: text('Probe'),
      },
    }),
    update: { archived_at: 'now()' },
  },
  'public.signed_forms': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        template_id: text(idOf('template', 'f', '02')),
      },
    }),
    // What is signed takes no change from anybody; it stands unarchived as it is.
    update: { archived_at: 'null' },
  },
  'public.signed_form_evidence': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: text(idOf('form', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        ip_source: text('unknown'),
        record: text('{}'),
        record_sha256: text('probe'),
      },
    }),
    update: { user_agent: text('Probe') },
  },
};
