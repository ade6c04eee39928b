import { HARMLESS_SETTINGS } from '../../../../catalog/harmless-settings.ts';

/** Settings that sessions begin with, those of the platform's roles too: one of them migrates, others are lent to jobs. What one is set to is told by a digest: it may be a secret. */
export const SETTINGS = `
  select jsonb_build_object('realm', coalesce(o.rolname, ''), 'name', split_part(v, '=', 1),
    'value', md5(format('%s %s', c.setdatabase <> 0, v))) as found
  from pg_db_role_setting as c
  left join pg_roles as o on o.oid = c.setrole
  cross join unnest(c.setconfig) as v
  where c.setdatabase in (0, (select oid from pg_database where datname = current_database()))
    and split_part(v, '=', 1) !~ '${HARMLESS_SETTINGS}'
  order by 1`;
