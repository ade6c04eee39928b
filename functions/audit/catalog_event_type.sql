-- audit.catalog_event_type: what a difference of the catalog is called. NULL on one side: it was not there, or is not there any more.
create or replace function audit.catalog_event_type(kind text, state_before text, state_after text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Weakest first: held in no session, in some, in every one.
  v_strengths constant text[] := '{disabled,in,not,always}';
  v_is_weaker constant boolean := kind in ('trigger', 'event_trigger') and state_after is not null and coalesce(
    array_position(v_strengths, split_part(state_after, ' ', 1)) < array_position(v_strengths, split_part(state_before, ' ', 1)),
    state_after like 'disabled %'
  );
  v_step constant text := case when state_before is null then 'added' when state_after is null then 'dropped' else 'changed' end;
begin
  return 'catalog.' || case kind
    when 'foreign_key' then case v_step when 'dropped' then 'trigger_changed' else 'trigger_disabled' end
    when 'policy' then case v_step when 'changed' then 'policy_altered' else 'policy_' || v_step end
    when 'row_security' then case
      when v_step = 'dropped' then 'table_dropped'
      when state_after = 'forced' then case v_step when 'added' then 'table_added' else 'row_security_on' end
      when state_after = 'on' and state_before = 'off' then 'row_security_on'
      else 'row_security_off'
    end
    when 'grants' then 'rights_' || v_step
    when 'bypass' then case
      when v_step = 'dropped' or length(state_after) < length(state_before) then 'bypass_revoked'
      else 'bypass_granted'
    end
    when 'membership' then case v_step when 'dropped' then 'membership_revoked' else 'membership_granted' end
    when 'publication' then case v_step when 'dropped' then 'table_unpublished' else 'table_published' end
    else kind || case when v_is_weaker then '_disabled' else '_' || v_step end
  end;
end
$$;
comment on function audit.catalog_event_type(text, text, text) is
  'Type of a catalog event by the kind of object and its states before and after. [N-54]';
revoke all on function audit.catalog_event_type(text, text, text) from public;
grant execute on function audit.catalog_event_type(text, text, text) to cordon_definer;
