import { changes, probe, refused, sees, surveys } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';
import { GRANTED, PATH, stores } from './stored.ts';
import { ANA } from './subjects.ts';

export const s07 = probe(
  'S-07',
  [
    surveys(
      'the path of a document is computed from its ids, and nobody types one',
      `select 'public.documents.object_path' as object,
              case
                when a.attgenerated <> 's' then 'is not computed'
                when pg_get_expr(d.adbin, d.adrelid) !~ 'organisation_id.*/.*patient_id.*/.*id.*/.*object_id' then 'is another path'
              end as problem
       from pg_attribute as a
       left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attrelid = 'public.documents'::regclass and a.attname = 'object_path'`,
    ),
    ...GRANTED,
    sees(
      'doctor',
      'a grant is for organisation, patient, document and a random part',
      `select ${PATH} ~ '^${CLINIC_A}/${ANA}/[0-9a-f-]{36}/[0-9a-f-]{36}$'`,
      true,
    ),
    refused(
      'service',
      'nothing is stored under the prefix of another clinic, by the key of the server neither',
      stores(`replace(${PATH}, '${CLINIC_A}', '${CLINIC_B}')`),
      '42501',
    ),
    refused('service', 'nor one step up', stores(`'${CLINIC_B}/../' || ${PATH}`), '42501'),
    refused('service', 'nor a level too deep', stores(`${PATH} || '/a.pdf'`), '42501'),
    refused(
      'service',
      'nor under a name of no shape',
      stores(`substr(${PATH}, strpos(${PATH}, '/') + 1)`),
      '42501',
    ),
    changes('service', 'control: it is under the path of the grant', stores(), 1),
  ],
  { needs: ['public.documents', 'authz.is_object_path()'] },
);
