-- authz.tg__no_truncate: a TRUNCATE asks no row trigger, so none is let through.
create or replace function authz.tg__no_truncate()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is never emptied', tg_argv[0]
    using errcode = 'CD014', hint = 'Archive the rows; retention removes what may go.';
end
$$;
comment on function authz.tg__no_truncate() is
  'Refuses TRUNCATE with CD014. Argument: the table''s name. [S-34]';
revoke all on function authz.tg__no_truncate() from public;
