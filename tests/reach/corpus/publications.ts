import type { Migration } from './migration.ts';

export const PUBLICATIONS: readonly Migration[] = [
  {
    does: 'publishes a table',
    sql: 'alter publication supabase_realtime add table public.beds',
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: whoever receives the publication supabase_realtime, whatever policies say, can now read public.beds',
    ],
  },
  {
    does: 'publishes every table',
    sql: 'create publication everything for all tables',
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: whoever receives the publication everything, whatever policies say, can now read every table',
    ],
  },
  {
    does: 'publishes the tables of a schema',
    sql: 'create publication ours for tables in schema governance',
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: whoever receives the publication ours, whatever policies say, can now read every table of schema governance',
    ],
  },
  {
    does: 'publishes some columns of some rows',
    sql: `create publication ward for table public.beds (organisation_id, id, ward) where (status = 'available') with (publish = 'insert')`,
    widens: true,
    tells: [
      "widened: whoever receives the publication ward, whatever policies say, can now read public.beds (organisation_id, id, ward) where (status = 'available'::text) as far as it is added",
    ],
  },
  {
    does: 'publishes one column more',
    given: 'create publication ward for table public.beds (organisation_id, id)',
    sql: 'alter publication ward set table public.beds (organisation_id, id, ward)',
    widens: true,
    tells: [
      'widened: whoever receives the publication ward, whatever policies say, can now read public.beds (ward) too',
    ],
  },
  {
    does: 'publishes other rows',
    given: `create publication ward for table public.beds where (status = 'available') with (publish = 'insert')`,
    sql: 'alter publication ward set table public.beds',
    widens: true,
    tells: [
      "changed: whoever receives the publication ward, whatever policies say, can now read public.beds as far as it is added instead of where (status = 'available'::text) as far as it is added",
    ],
  },
  {
    does: 'publishes one column less',
    given: 'create publication ward for table public.beds (organisation_id, id, ward)',
    sql: 'alter publication ward set table public.beds (organisation_id, id)',
    widens: false,
    tells: [
      'narrowed: whoever receives the publication ward, whatever policies say, can no longer read public.beds (ward)',
    ],
  },
  {
    does: 'makes a publication of nothing',
    sql: 'create publication nothing',
    widens: false,
    tells: [],
  },
  {
    does: 'publishes what stood in a row before',
    given: 'create publication ward for table public.beds',
    sql: 'alter table public.beds replica identity full',
    widens: true,
    tells: [
      'changed: whoever receives the publication ward, whatever policies say, can now read public.beds with what stood there before instead of without a condition',
    ],
  },
];
