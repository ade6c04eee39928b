-- authz.tg_organisations__clock: an organisation keeps the clock of a place. PostgreSQL takes more for a zone than it lists: XXX167 is one, a week away
-- from everybody, by which no hours are out of hours and no notice of an incident is late; and GMT-3 is three hours east. Asked of who changes it: the
-- list takes a while to read.
create or replace function authz.tg_organisations__clock()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if new.timezone = old.timezone then
      return new;
    end if;
  end if;
  if not exists (select from pg_catalog.pg_timezone_names as z where z.name = new.timezone) then
    raise exception 'a clock is that of a place'
      using errcode = 'invalid_parameter_value', hint = 'Give a zone of pg_timezone_names, as it is written there: America/Sao_Paulo.';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisations__clock() is
  'Refuses with 22023 a time zone that the server does not list by this name. [N-28, N-49]';
revoke all on function authz.tg_organisations__clock() from public;
