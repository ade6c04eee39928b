-- authz.tg_signed_forms__signed: a signature is made by sign_form and ended by terminate_form, and nothing else ever touches it, the
-- owner's hand included (S-32, S-33). Last of the BEFORE triggers, to see the row as it would stand. Invoker, to know whose hand it is.
create or replace function authz.tg_signed_forms__signed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- What other triggers keep: it says nothing of the signature.
  v_kept constant text[] := '{patient_status,updated_at,updated_by_user_id,actor_kind}';
  v_free text[] := v_kept;
begin
  if tg_op = 'DELETE' then
    raise exception 'a form is never deleted'
      using errcode = 'CD014', hint = 'Archive a draft; terminate what was signed.';
  end if;
  if current_user = 'cordon_definer' and new.status is distinct from old.status then
    v_free := v_free || '{status,last_status_change_at,last_status_change_by_user_id}' || case new.status
      when 'active' then '{capacity,typed_name,meaning,content,content_sha256,signed_at,signed_by_user_id,witness_user_id}'::text[]
      else '{terminated_at,terminated_by_user_id,termination_reason}'::text[]
    end;
  end if;
  if old.status <> 'active' then
    v_free := v_free || '{archived_at,archived_by_user_id}'::text[];
  end if;
  if to_jsonb(new) - v_free is distinct from to_jsonb(old) - v_free then
    raise exception 'a form is signed by sign_form and ended by terminate_form, and changed by nobody'
      using errcode = 'CD014', hint = 'Draw up another form.';
  end if;
  return new;
end
$$;
comment on function authz.tg_signed_forms__signed() is
  'Refuses with CD014 whatever is not sign_form, terminate_form or the archiving of what is not in force. [S-32, S-33]';
revoke all on function authz.tg_signed_forms__signed() from public;
