import type pg from 'pg';
import { MARK } from './envelope.ts';

/** What the server itself counted for the measured statements of a role: planning and execution, no round trips. */
export interface ServerClock {
  /** Forgets what was counted. */
  readonly reset: () => Promise<void>;
  /** Microseconds per execution since the last reset; undefined if nothing was counted. */
  readonly read: (role: string) => Promise<number | undefined>;
}

/** Reads pg_stat_statements, where Supabase has it. */
export function serverClock(client: pg.Client): ServerClock {
  return {
    reset: async () => void (await client.query('select extensions.pg_stat_statements_reset()')),
    read: async (role) => {
      const { rows } = await client.query<{ microseconds: number | null }>(
        `select 1000 * sum(total_plan_time + total_exec_time) / nullif(sum(calls), 0) as microseconds
         from extensions.pg_stat_statements
         where userid = $1::text::regrole and query like '%' || $2 || '%' and toplevel`,
        [role, MARK],
      );
      return rows[0]?.microseconds ?? undefined;
    },
  };
}
