import { readMigrations } from '../../migrate/history.ts';
import { probe, surveys } from '../probe.ts';

/** Versions and names of this checkout's history. */
function landed(): readonly [string[], string[]] {
  const all = readMigrations().map(({ fileName }) => /^(\d+)_(.*)\.sql$/.exec(fileName));
  return [all.map((parts) => parts?.[1] ?? ''), all.map((parts) => parts?.[2] ?? '')];
}

export const s26 = probe(
  'S-26',
  [
    surveys(
      'every migration that was applied is a file of this history, under its name, and every file was applied',
      `
    select coalesce(a.version, f.version) as object,
           case
             when f.version is null then 'was applied and is no file of this history'
             when a.version is null then 'is a file of this history and was not applied'
             when a.name is not null and a.name <> f.name then 'was applied under another name'
           end as problem
    from supabase_migrations.schema_migrations as a
    full join unnest($1::text[], $2::text[]) as f (version, name) on f.version = a.version`,
      { values: landed() },
    ),
  ],
  { needs: ['supabase_migrations.schema_migrations'] },
);
