import type { Session } from '../../../testing/session.ts';

/**
 * Writes down what each row was before and after, whoever changed it by whichever path: what the records of the product are held against. Beside
 * it, in a schema that nobody else reaches, and before any other trigger of the same row.
 *
 * @param dawdle holds each change of a row for up to so many milliseconds, so that those who walk at once meet.
 */
export async function keepHistory(superuser: Session, dawdle = 0): Promise<void> {
  await superuser.script(`
    create schema walk;
    create table walk.history (
      seq bigint generated always as identity, relation text not null, operation text not null, organisation_id text,
      before jsonb, after jsonb, role text not null, subject text, belongs boolean not null default true, at timestamptz not null default clock_timestamp()
    );
    create function walk.keep() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      v_organisation constant text := coalesce(to_jsonb(new), to_jsonb(old)) ->> 'organisation_id';
      v_subject constant text := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
    begin
      insert into walk.history (relation, operation, organisation_id, before, after, role, subject, belongs)
      values (
        tg_table_name, tg_op, v_organisation, case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end,
        current_setting('role'), v_subject,
        case current_setting('role')
          when 'authenticated' then exists (
            select from authz.live_memberships as m where m.organisation_id = v_organisation::uuid and m.user_id = v_subject::uuid
          )
          when 'internal_ops' then exists (
            select from public.ops_members as m where m.user_id = v_subject::uuid and m.is_active and m.archived_at is null
              and (m.role = 'ops_agent' or m.role = 'admin' and tg_table_name not in ('cases', 'invoices', 'claims', 'payments'))
          )
          when 'patient' then exists (
            select from authz.live_patient_accounts as a where a.organisation_id = v_organisation::uuid and a.user_id = v_subject::uuid
          )
          else true
        end
      );
      ${dawdle > 0 ? `perform pg_sleep(random() * ${dawdle / 1000});` : ''}
      return null;
    end $$;
    create table walk.start as select clock_timestamp() as at;
    do $$
    declare
      v_table regclass;
    begin
      for v_table in
        select c.oid from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      loop
        execute format('create trigger _000_walk after insert or update on %s for each row execute function walk.keep()', v_table);
        execute format('alter table %s enable always trigger _000_walk', v_table);
        -- Not always: erasure and retention have the guards of deletion, which are, stand aside.
        execute format('create trigger _000_walk_gone after delete on %s for each row execute function walk.keep()', v_table);
      end loop;
    end $$;
    create table walk.shown (organisation_id uuid, case_id uuid, chart boolean, at timestamptz);
    insert into walk.shown
    select h.organisation_id, h.id, authz.is_handed_over('consenting_patient', h.organisation_id, h.patient_id), clock_timestamp()
    from authz.handed_over_cases as h`);
}
