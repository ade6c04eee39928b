import type pg from 'pg';
import type { Context } from '../envelope.ts';
import { tablesScanned } from '../plans.ts';
import { round } from '../results.ts';
import { median } from '../statistics.ts';
import { idOf } from './fill.ts';
import type { QuestionResult } from './results.ts';

interface Question {
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

const MONTH = `l.occurred_at >= timestamptz '2026-05-01 00:00+00' and l.occurred_at < timestamptz '2026-06-01 00:00+00'`;

/** What an auditor of one organisation asks, by the view that they are granted. */
export const QUESTIONS: readonly Question[] = [
  {
    key: 'patient',
    title: 'who saw this patient, latest 50',
    text: `select l.occurred_at, l.user_id, l.outcome from public.access_log as l
      where l.patient_id = ${idOf('patient', `'0/0'`)} order by l.occurred_at desc limit 50`,
  },
  {
    key: 'user',
    title: 'what this login saw, latest 50',
    text: `select l.occurred_at, l.patient_id, l.outcome from public.access_log as l
      where l.user_id = ${idOf('user', `'0/0'`)} order by l.occurred_at desc limit 50`,
  },
  {
    key: 'user_month',
    title: 'what this login saw in a month, counted by day',
    text: `select l.occurred_at::date, count(*) from public.access_log as l
      where l.user_id = ${idOf('user', `'0/0'`)} and ${MONTH} group by 1 order by 1`,
  },
  {
    key: 'month',
    title: "the organisation's month, counted by table and outcome",
    text: `select l.table_name, l.outcome, count(*) from public.access_log as l where ${MONTH} group by 1, 2`,
  },
];

/**
 * Asks each question as the auditor, in turns.
 *
 * @param client a superuser; what is asked is rolled back.
 */
export async function askLog(
  client: pg.Client,
  auditor: Context,
  rounds: number,
): Promise<readonly QuestionResult[]> {
  const taken = new Map<string, number[]>(QUESTIONS.map(({ key }) => [key, []]));
  const last = new Map<string, { plan: readonly string[]; answered: number }>();
  for (let turn = 0; turn <= rounds; turn += 1) {
    for (const { key, text } of QUESTIONS) {
      await client.query('begin');
      try {
        await client.query('set local role authenticated');
        await client.query(
          `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`,
          [auditor.claims, auditor.headers],
        );
        const started = performance.now();
        const { rows } = await client.query(text);
        // The first turn fills the cache.
        if (turn > 0) taken.get(key)?.push(performance.now() - started);
        if (turn < rounds) continue;
        const { rows: plan } = await client.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off, summary off, buffers off) ${text}`,
        );
        last.set(key, { plan: plan.map((line) => line['QUERY PLAN']), answered: rows.length });
      } finally {
        await client.query('rollback');
      }
    }
  }
  // Whole reading of a month without a record is no scan: the drain makes months ahead.
  const { rows: filled } = await client.query<{ name: string }>(
    `select c.relname as name from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
     where i.inhparent = 'audit.access_log'::regclass and pg_relation_size(c.oid) > 0`,
  );
  const months = new Set(filled.map(({ name }) => name));
  return QUESTIONS.map(({ key, title }) => {
    const { plan = [], answered = 0 } = last.get(key) ?? {};
    const scanned = tablesScanned(plan).filter((table) => months.has(table));
    return {
      question: key,
      title,
      median_ms: round(median(taken.get(key) ?? []), 2),
      answered,
      scanned,
      plan,
    };
  });
}

/** Makes a doctor of an organisation its auditor. */
export async function appointAuditor(
  client: pg.Client,
  organisationId: string,
  userId: string,
): Promise<void> {
  await client.query('begin');
  await client.query(`select set_config('app.pinned_organisation_id', $1, true)`, [organisationId]);
  await client.query(
    `update public.organisation_members set capabilities = '{auditor}' where organisation_id = $1 and user_id = $2`,
    [organisationId, userId],
  );
  await client.query('commit');
}
