import { changes, probe, refused, sees } from '../probe.ts';

export const s28 = probe('S-28', [
  changes(
    undefined,
    'a migration on shared tables is proposed, as if it were acknowledged already',
    `insert into governance.schema_changes (version, checksum, name, access, shared_objects, status) values ('20990101000000', repeat('a', 64), 'probe', '{}', '{public.cases}', 'acknowledged')`,
    1,
  ),
  sees(
    'opsAdmin',
    'operations see it waiting all the same',
    `select count(*) from public.list_schema_changes(true) as c where c ->> 'version' = '20990101000000'`,
    1,
  ),
  refused('clinicAdmin', 'nobody else does', 'select public.list_schema_changes(true)', '42501'),
  refused(
    undefined,
    'who proposes does not answer',
    `update governance.schema_changes set status = 'acknowledged' where version = '20990101000000'`,
    'CD014',
  ),
  sees(
    'opsAdmin',
    'operations acknowledge it',
    `select count(*) from public.acknowledge_schema_change('20990101000000', repeat('a', 64))`,
    1,
  ),
]);
