import { section, table } from '../markdown.ts';
import { type Arm, type TriggerPlan, type TriggerResult, type TriggersReport, WRITERS } from './results.ts';
import { holds, triggerVerdicts } from './targets.ts';

export const TRIGGERS_TITLE = 'What the triggers cost';

/** The whole section, as Markdown. */
export function renderTriggers(report: TriggersReport): string {
  const { one, many, plans, rounds, seed, server } = report;
  const rows = report.rows.toLocaleString('en');
  return section(
    TRIGGERS_TITLE,
    [
      `The real table with all its triggers beside a bare copy: the same rows, keys, indexes, checks and foreign keys, but no trigger and
no policy. Policies are off on both sides. *Server* bypasses them, pinned to its organisation, without a token; *staff* has the claims
of a token, whom the stamps look up. *Audit trigger* is the bare copy under what supa_audit does, in words of our own: every row before and
after as JSON, with a name-based id, in one log. All take turns in one run, in an order shuffled every round, and every statement is rolled
back. A ratio is the median of the ratios of each round, so it need not be that of the medians beside it. ${server}; seed ${seed}, ${rounds.one} rounds of one row, ${rounds.many} of ${rows}.`,
      `Updates take the step that the triggers are there for: a bed is reserved, a stay ends and its bed goes to cleaning, a case moves on, a
draft is issued. Inserted stays occupy their bed, which the bare copy does not do. Lines stand ten on an invoice, payments each on its own.`,
      table(
        ['Target', 'Worst measured', 'Within', ''],
        triggerVerdicts(report).map((verdict) => [
          verdict.target,
          verdict.worst,
          verdict.within,
          mark(verdict.holds),
        ]),
      ),
      '### One row a statement',
      'The whole transaction of four round trips, and the statement alone as the server counts it, in microseconds.',
      oneRow(one),
      `### ${rows} rows a statement`,
      `Microseconds a row of the statement.`,
      manyRows(many),
      '### The activity log by itself',
      `The table with and without its trigger \`_600_activity\`, the other triggers on both sides: microseconds of a transaction over one row,
and a row of ${rows}.`,
      activity(one, many),
      '### By trigger',
      `What \`EXPLAIN (ANALYZE)\` says of each trigger in one statement of ${rows} rows: microseconds a row, with what its own statements set off.
It includes reading the clock.`,
      table(['Statement', 'Writer', 'Microseconds a row'], plans.map(planned)),
    ].join('\n\n'),
  );
}

function oneRow(results: readonly TriggerResult[]): string {
  return table(
    [
      'Statement',
      'Writer',
      'Bare',
      'All triggers',
      'Ratio',
      '',
      'On the server: bare',
      'All triggers',
      'Audit trigger',
    ],
    results.map((result) => [
      ...named(result),
      micros(result.median_us.bare),
      micros(result.median_us.cordon),
      ratio(result, 'cordon'),
      mark(holds(result)),
      micros(result.server_us.bare),
      micros(result.server_us.cordon),
      ratio(result, 'audited'),
    ]),
  );
}

function manyRows(results: readonly TriggerResult[]): string {
  return table(
    ['Statement', 'Writer', 'Bare', 'All triggers', 'Ratio', '', 'Under the audit trigger', 'Ratio'],
    results.map((result) => [
      ...named(result),
      micros(aRow(result, 'bare')),
      micros(aRow(result, 'cordon')),
      ratio(result, 'cordon'),
      mark(holds(result)),
      micros(aRow(result, 'audited')),
      ratio(result, 'audited'),
    ]),
  );
}

function activity(one: readonly TriggerResult[], many: readonly TriggerResult[]): string {
  return table(
    ['Statement', 'Writer', 'One row: without', 'With', 'Ratio', 'Many: without', 'With', 'Ratio'],
    one
      .filter(({ log_ratio }) => log_ratio !== undefined)
      .map((result) => {
        const other = many.find(
          ({ table: name, kind, writer }) =>
            name === result.table && kind === result.kind && writer === result.writer,
        );
        return [
          ...named(result),
          micros(result.median_us.unlogged),
          micros(result.median_us.cordon),
          times(result.log_ratio),
          micros(other && aRow(other, 'unlogged')),
          micros(other && aRow(other, 'cordon')),
          times(other?.log_ratio),
        ];
      }),
  );
}

function planned({ table: name, kind, writer, triggers }: TriggerPlan): string[] {
  return [
    `${kind} ${name}`,
    WRITERS[writer].title,
    triggers.map((trigger) => `\`${trigger.name}\` ${trigger.a_row_us}`).join(', '),
  ];
}

function named({ kind, table: name, does, writer }: TriggerResult): [string, string] {
  return [`${kind} ${name}${does ? `: ${does}` : ''}`, WRITERS[writer].title];
}

function aRow({ median_us, rows }: TriggerResult, arm: Arm): number | undefined {
  const whole = median_us[arm];
  return whole === undefined ? undefined : Number((whole / rows).toFixed(1));
}

const micros = (value: number | undefined) => (value === undefined ? '–' : `${value} µs`);
const times = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(2)}×`);
const ratio = (result: TriggerResult, arm: Arm) => times(result.ratio[arm]);
const mark = (isHeld: boolean) => (isHeld ? 'holds' : '**missed**');
