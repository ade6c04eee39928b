-- authz.tg__handed_over: operations vouch and claim for cases that are theirs. Who is none of their agents is refused by the policy, whatever the
-- case: a look at it would tell of it.
create or replace function authz.tg__handed_over()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null;
    return new;
  end if;
  if not exists (
    select
    from public.cases as c
    where c.organisation_id = new.organisation_id
      and c.id = new.case_id
      and c.handed_off_at is not null
      and c.archived_at is null
  ) then
    raise exception 'case not found'
      using errcode = 'CD010', hint = 'Name a case that was handed over to operations.';
  end if;
  return new;
end
$$;
comment on function authz.tg__handed_over() is
  'Refuses with CD010 a case that was not handed over. [S-29]';
alter function authz.tg__handed_over() owner to cordon_definer;
revoke all on function authz.tg__handed_over() from public;
