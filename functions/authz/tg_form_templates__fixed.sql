-- authz.tg_form_templates__fixed: a text that may have been signed never changes: it is retired, and the next version written (S-31).
create or replace function authz.tg_form_templates__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE'
    and (new.id, new.kind, new.code, new.version, new.language, new.title, new.body, new.purposes)
      is distinct from (old.id, old.kind, old.code, old.version, old.language, old.title, old.body, old.purposes)
  then
    raise exception 'the text of a form never changes'
      using errcode = 'CD014', hint = 'Archive it, and write the next version.';
  end if;
  new.body_sha256 := authz.digest(new.body);
  return new;
end
$$;
comment on function authz.tg_form_templates__fixed() is
  'Refuses another text with CD014; stamps body_sha256. [S-31]';
alter function authz.tg_form_templates__fixed() owner to cordon_definer;
revoke all on function authz.tg_form_templates__fixed() from public;
