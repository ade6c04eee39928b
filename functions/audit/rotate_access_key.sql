-- audit.rotate_access_key: a new key for the records that follow; the old ones stay, to verify what they signed. For whoever migrates, who alone can
-- tell that a key was seen: a caller's role could only pile up keys.
create or replace function audit.rotate_access_key()
  returns bigint
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant bytea := sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
  );
  v_inner bytea := decode(repeat('36', 64), 'hex');
  v_outer bytea := decode(repeat('5c', 64), 'hex');
  v_key_id bigint;
begin
  for i in 0..31 loop
    v_inner := set_byte(v_inner, i, 54 # get_byte(v_key, i));
    v_outer := set_byte(v_outer, i, 92 # get_byte(v_key, i));
  end loop;
  insert into audit.access_keys (key_id, inner_pad, outer_pad)
  select coalesce(max(k.key_id), 0) + 1, v_inner, v_outer
  from audit.access_keys as k
  returning key_id into v_key_id;
  return v_key_id;
end
$$;
comment on function audit.rotate_access_key() is
  'Makes the key that signs the access log from now on; returns its id. For whoever migrates. [N-35]';
alter function audit.rotate_access_key() owner to cordon_definer;
revoke all on function audit.rotate_access_key() from public;
