-- authz.tg__archived: what is put away takes its part along, and back: a diagnosis, or why a patient comes, is a row of its own, which would otherwise
-- be read on without the record or appointment that it is of, by staff and on the portal. The argument names the table of the part, which has the same
-- id. What was put away for itself before stays where it is.
create or replace function authz.tg__archived()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    'update public.%I as part
        set archived_at = $1
      where part.organisation_id = $2
        and part.id = $3
        and part.archived_at is not distinct from $4',
    tg_argv[0]
  ) using new.archived_at, new.organisation_id, new.id, old.archived_at;
  return null;
end
$$;
comment on function authz.tg__archived() is
  'Puts the part of a row away with it, and brings back what was put away with it. Its trigger names the part, and says in WHEN that the row was. [N-01, N-15]';
alter function authz.tg__archived() owner to cordon_definer;
revoke all on function authz.tg__archived() from public;
