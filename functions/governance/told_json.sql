-- governance.told_json: a text of type json as jsonb, or, where that does not take it, as the text that it is: json keeps what it was given, a NUL
-- written as an escape or a number without end, and one such value of an application's would keep a patient from all that is held of them.
create or replace function governance.told_json(content json)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return content::jsonb;
exception
  when data_exception or program_limit_exceeded then -- whole classes: an escape, a number, a depth that jsonb does not take
    return to_jsonb(content::text);
end
$$;
comment on function governance.told_json(json) is
  'A value of type json as jsonb; as its text where jsonb does not take it. [N-49]';
revoke all on function governance.told_json(json) from public;
