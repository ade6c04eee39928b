-- audit.create_access_month: the partition of a month, in UTC, where there is none. Its triggers are its own: of the parent's, PostgreSQL fires
-- those of rows only. Nobody is granted anything on it. Definer of the owner: only the owner of a table gives it partitions.
create or replace function audit.create_access_month(month timestamptz)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
as $$
declare
  v_from constant timestamptz := date_trunc('month', month);
  v_name constant text := to_char(v_from, '"access_log_"YYYY_MM');
begin
  if exists (
    select
    from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'audit.access_log'::regclass
      and c.relname = v_name
  ) then
    return;
  end if;
  execute format(
    'create table access_log_months.%I (like audit.access_log including defaults including constraints)', v_name
  );
  execute format('alter table access_log_months.%I enable row level security', v_name);
  execute format('alter table access_log_months.%I force row level security', v_name);
  execute format(
    'alter table audit.access_log attach partition access_log_months.%I for values from (%L) to (%L)',
    v_name, v_from, v_from + interval '1 month'
  );
  execute format(
    'create trigger _021_no_truncate before truncate on access_log_months.%I for each statement execute function authz.tg__append_only(%L)',
    v_name, 'access_log'
  );
  execute format('alter table access_log_months.%I enable always trigger _021_no_truncate', v_name);
  execute format('alter table access_log_months.%I enable always trigger _020_append_only', v_name);
  execute format('comment on table access_log_months.%I is %L', v_name, 'Records of ' || to_char(v_from, 'YYYY-MM') || ', UTC. [N-35]');
end
$$;
comment on function audit.create_access_month(timestamptz) is
  'Makes the partition of the access log that holds a moment, if there is none. [N-35]';
revoke all on function audit.create_access_month(timestamptz) from public;
grant execute on function audit.create_access_month(timestamptz) to cordon_definer;
