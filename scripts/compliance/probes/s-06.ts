import { as, changes, probe, refused, sees } from '../probe.ts';

const OF_DOCUMENTS = `where id = 'patient-documents'`;
const service = as('service', { settings: { 'storage.allow_delete_query': 'true' } });

export const s06 = probe(
  'S-06',
  [
    sees(
      undefined,
      'documents have one bucket, and it is private',
      `select string_agg(id || ' ' || public::text, ',') from storage.buckets ${OF_DOCUMENTS}`,
      'patient-documents false',
    ),
    sees(undefined, 'no other one is public', 'select count(*) from storage.buckets where public', 0),
    refused(
      'service',
      'the key of the server does not publish it',
      `update storage.buckets set public = true ${OF_DOCUMENTS}`,
      '42501',
    ),
    refused(
      'service',
      'nor renames it out of the way',
      `update storage.buckets set name = 'planted' ${OF_DOCUMENTS}`,
      '42501',
    ),
    // With files in it, their key is asked first.
    refused(service, 'nor takes it away', `delete from storage.buckets ${OF_DOCUMENTS}`, '42501', '23503'),
    changes(
      'service',
      'control: what is no rule of it the server may change',
      `update storage.buckets set updated_at = now() ${OF_DOCUMENTS}`,
      1,
    ),
  ],
  {
    needs: ['public.documents', 'storage.buckets', 'authz.tg_buckets__private()'],
    except:
      'a bucket that an application makes for something else than documents can be made public; a public one is found here and by S-10, and none is prevented',
  },
);
