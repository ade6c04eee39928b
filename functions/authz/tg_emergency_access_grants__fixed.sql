-- authz.tg_emergency_access_grants__fixed: who broke a glass, and for how long, is what the event of it tells and what is reviewed: passed on, prolonged,
-- or opened again once it is closed or judged, it lets somebody in who has broken none; with another reason it was judged for nothing. Its triggers say
-- in WHEN what changed.
create or replace function authz.tg_emergency_access_grants__fixed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'an emergency access stays whose it is, as long as it was, and as it was judged'
    using errcode = 'CD014', hint = 'End it; whoever needs one opens it: open_emergency_access.';
end
$$;
comment on function authz.tg_emergency_access_grants__fixed() is
  'Refuses with CD014 that emergency access passes to another, lasts longer, is taken up or judged again, or has another reason. [N-18, N-37]';
revoke all on function authz.tg_emergency_access_grants__fixed() from public;
