import { given, probe, sees } from '../probe.ts';

/** Whoever may not read the texts of others still sees how often and how long. */
const OF_CALLERS = `from pg_stat_statements as s
  where s.dbid = (select d.oid from pg_database as d where d.datname = current_database()) and s.userid = 'authenticated'::regrole`;

/** How often the server has dropped the statements that were asked least: a sum is no more than before then. */
const EVICTIONS = '(select i.dealloc from pg_stat_statements_info as i)';

export const n34 = probe(
  'N-34',
  [
    given(
      `select set_config('cordon.probe_calls', coalesce(sum(s.calls), 0)::text, true), set_config('cordon.probe_cost', coalesce(sum(s.total_exec_time), 0)::text, true),
         set_config('cordon.probe_evictions', ${EVICTIONS}::text, true) ${OF_CALLERS}`,
    ),
    sees('doctor', 'control: a policy is asked', 'select count(*) > 0 from public.patients', true),
    sees(
      undefined,
      'and what that cost is counted',
      `select case when ${EVICTIONS} > current_setting('cordon.probe_evictions')::numeric then sum(s.calls) > 0 and sum(s.total_exec_time) > 0
         else sum(s.calls) > current_setting('cordon.probe_calls')::numeric and sum(s.total_exec_time) > current_setting('cordon.probe_cost')::double precision end ${OF_CALLERS}`,
      true,
    ),
  ],
  {
    needs: ['extension pg_stat_statements'],
    outside:
      'that a regression fails: of a change, npm run bench:compare; of a database in use, npm run db:costs -- --since',
  },
);
