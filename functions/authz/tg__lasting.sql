-- authz.tg__lasting: a row stays the one that it is, and its patient's. Keys hold one column against another, and not against both at once: one
-- statement that writes a record and its details, or an invoice with lines and payments, puts them into another chart, or on another's account, and
-- nobody is told. Under another id it is a record that nobody has read: the access log, and what was sealed, tell of the one before. Its triggers say
-- in WHEN what changed.
create or replace function authz.tg__lasting()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'a row of % stays what it is, and whose', tg_argv[0]
    using errcode = 'CD014', hint = 'Archive it or end it, and write another: what was recorded of this one stays true.';
end
$$;
comment on function authz.tg__lasting() is
  'Refuses with CD014 that a row takes another id, or becomes another patient''s or person''s. Argument: the table''s name. [N-37, S-16]';
revoke all on function authz.tg__lasting() from public;
