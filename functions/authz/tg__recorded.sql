-- authz.tg__recorded: a record is written by the function that saw what it tells, and by nobody's say-so. Ours write as the definer.
create or replace function authz.tg__recorded()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_user <> 'cordon_definer' then
    raise exception '% is written by functions only', tg_argv[0]
      using errcode = 'CD014', hint = 'Do what it tells of: that records it.';
  end if;
  return new;
end
$$;
comment on function authz.tg__recorded() is
  'Refuses with CD014 a row that no function of ours wrote. Argument: the table''s name. [N-36, N-37]';
revoke all on function authz.tg__recorded() from public;
