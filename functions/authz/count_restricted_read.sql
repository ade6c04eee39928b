-- authz.count_restricted_read: whoever reads restricted records one by one reads at most so many a minute (N-52). The functions that hand
-- them out call it first. A row per login holds the moments of its last reads; its lock lets two at once be one after the other. It writes,
-- so that such a function is called by POST; and a transaction that is rolled back gives its reads back, so that what it read must have been
-- logged by means that a rollback does not undo.
create or replace function authz.count_restricted_read()
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_now constant timestamptz := authz.now();
  v_limit constant integer := (select d.restricted_reads_per_minute from authz.deployment_settings as d);
  v_read_at timestamptz[];
begin
  if v_user_id is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in; a link from a mail or an anonymous session is not enough.';
  end if;
  insert into authz.restricted_reads as r (user_id) values (v_user_id) on conflict (user_id) do nothing;
  select array(select u.at from unnest(r.read_at) as u (at) where u.at > v_now - interval '1 minute' order by u.at)
    into v_read_at
    from authz.restricted_reads as r
   where r.user_id = v_user_id
     for update;
  if cardinality(v_read_at) >= v_limit then
    perform authz.refuse(
      'CD041', 429, 'too many restricted reads in a minute', 'Wait, and read what is needed; an export is another way.',
      jsonb_build_object('Retry-After', ceil(extract(epoch from v_read_at[1] + interval '1 minute' - v_now))::integer::text)
    );
  end if;
  update authz.restricted_reads as r set read_at = v_read_at || v_now where r.user_id = v_user_id;
end
$$;
comment on function authz.count_restricted_read() is
  'Counts one restricted read of the caller; CD041 beyond deployment_settings.restricted_reads_per_minute, 42501 without a live session. [N-52]';
alter function authz.count_restricted_read() owner to cordon_definer;
revoke all on function authz.count_restricted_read() from public;
