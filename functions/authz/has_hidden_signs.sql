-- authz.has_hidden_signs: whether a name carries what nobody sees, or what turns or hides what stands beside it: controls, what has no width or no
-- place, the other direction. Joiners are left to it, being part of names in Persian and Indic scripts.
create or replace function authz.has_hidden_signs(value text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return value ~ E'[\u0001-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]';
end
$$;
comment on function authz.has_hidden_signs(text) is
  'Whether a text carries controls, signs without width or place, or overrides of direction. [N-22, S-07, S-31]';
revoke all on function authz.has_hidden_signs(text) from public;
grant execute on function authz.has_hidden_signs(text) to cordon_definer;
