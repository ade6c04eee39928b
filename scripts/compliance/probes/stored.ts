import { as, given } from '../probe.ts';
import { ANA, DOCTOR } from './subjects.ts';

/** Where the file of these probes lies, as whoever knows its path would call it. */
export const PATH = `current_setting('cordon.probe_path')`;
const DOCUMENT = `current_setting('cordon.probe_document')::uuid`;

/** A doctor was granted one upload for Ana, and nothing came yet. */
export const GRANTED = [
  given(`select public.issue_upload_grant('${ANA}', 'report', 'probe.pdf', 'application/pdf', 4)`, 'doctor'),
  given(
    `select set_config('cordon.probe_path', d.object_path, true), set_config('cordon.probe_document', d.id::text, true)
     from public.documents as d where d.patient_id = '${ANA}'`,
    'doctor',
  ),
];

/** What the Storage API writes when a file has come. */
export const stores = (path = PATH, owner = DOCTOR, bytes = 4) =>
  `insert into storage.objects (bucket_id, name, owner_id, version, metadata)
   values ('patient-documents', ${path}, '${owner}', '1', '{"mimetype": "application/pdf", "size": ${bytes}}')`;

/** A file about somebody, whom the doctor who brings it need not be shown. */
export const storedFor = (patient: string) => [
  given(
    `select public.issue_upload_grant('${patient}', 'report', 'probe.pdf', 'application/pdf', 4)`,
    'doctor',
  ),
  given(
    `select set_config('cordon.probe_path', d.object_path, true), set_config('cordon.probe_document', d.id::text, true)
     from public.documents as d where d.patient_id = '${patient}'`,
  ),
  given(stores(), 'service'),
  given(`select public.finalise_document(${DOCUMENT}, repeat('a', 64))`, 'doctor'),
];

/** It came, and its digest is known: readers may ask for it. */
export const STORED = [
  ...GRANTED,
  given(stores(), 'service'),
  given(`select public.finalise_document(${DOCUMENT}, repeat('a', 64))`, 'doctor'),
];

export const TICKET = `select public.issue_read_ticket(${DOCUMENT})`;

/** The file, as far as somebody sees it in Storage. */
export const FOUND = `select count(*) from storage.objects as o where o.bucket_id = 'patient-documents' and o.name = ${PATH}`;

/** Somebody who asks Storage for something: Storage says for what. */
export const through = (
  name: Parameters<typeof as>[0],
  operation: 'upload' | 'sign' | 'get_authenticated' | 'delete',
) =>
  as(name, {
    settings: { 'storage.operation': `storage.object.${operation}`, 'storage.allow_delete_query': 'true' },
  });
