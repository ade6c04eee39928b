-- authz.tg__append_only: what was recorded is changed by nobody, the owner included (S-20). Invoker, and asks nothing: there is no exception.
create or replace function authz.tg__append_only()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is append-only', tg_argv[0]
    using errcode = 'CD014', hint = 'What was recorded stays. Record what happened since.';
end
$$;
comment on function authz.tg__append_only() is
  'Refuses UPDATE, DELETE and TRUNCATE with CD014. Argument: the table''s name. [S-20]';
revoke all on function authz.tg__append_only() from public;
