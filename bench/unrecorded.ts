import type pg from 'pg';
import { withoutRecorder } from '../scripts/policy/recorded.ts';
import { quoteIdentifier } from '../scripts/postgres/quote.ts';

export const UNRECORDED_ROLE = 'bench_unrecorded';

interface Policy {
  readonly name: string;
  readonly table: string;
  readonly kind: string;
  readonly command: string;
  readonly using: string | null;
  readonly check: string | null;
}

/**
 * A role with a copy of every policy of staff, recording nothing: what it takes less is what the access log costs.
 *
 * @param client a superuser.
 */
export async function createUnrecorded(client: pg.Client): Promise<void> {
  const { rows } = await client.query<Policy>(
    `select policyname as name, tablename as table, permissive as kind, cmd as command, qual as using, with_check as check
     from pg_policies where schemaname = 'public' and 'authenticated' = any (roles)`,
  );
  await client.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${UNRECORDED_ROLE}') then create role ${UNRECORDED_ROLE} nologin; end if;
    end $$;
    grant ${UNRECORDED_ROLE} to authenticator;
    grant usage on schema public, auth, bench to ${UNRECORDED_ROLE};
    grant select, insert, update on all tables in schema public to ${UNRECORDED_ROLE};
    grant execute on all functions in schema authz, public to ${UNRECORDED_ROLE};
    ${rows.map(copyOf).join('\n')}`);
}

function copyOf({ name, table, kind, command, using, check }: Policy): string {
  const copy = `${quoteIdentifier(`bench_${name}`)} on public.${quoteIdentifier(table)}`;
  const clauses = [
    ...(using === null ? [] : [`using (${withoutRecorder(using)})`]),
    ...(check === null ? [] : [`with check (${withoutRecorder(check)})`]),
  ];
  return `drop policy if exists ${copy};
    create policy ${copy} as ${kind} for ${command} to ${UNRECORDED_ROLE} ${clauses.join(' ')};`;
}
