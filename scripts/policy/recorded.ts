/**
 * What a policy records as `pg_get_expr` prints it, and what the same policy says without the recorder (authz.log_organisation, log_decision).
 * Expressions that JavaScript and PostgreSQL read alike; `$1` is the first group.
 */
const RECORDED: readonly (readonly [pattern: string, plain: string])[] = [
  [
    'authz\\.log_organisation\\(authz\\.membership_(for|within)\\(([^()]*)\\), [^()]*\\) AS log_organisation\\)',
    'authz.organisation_$1($2) AS organisation_$1)',
  ],
  [
    'authz\\.log_decision\\(authz\\.(\\w+)\\(([^()]*)\\), [^()]*\\) AS log_decision\\)',
    'authz.$1($2) AS $1)',
  ],
  [
    '\\( SELECT authz\\.log_decision\\((COALESCE\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\)), [^()]*\\) AS log_decision\\)',
    '$1',
  ],
];

/** A disclosed row: what it must satisfy. */
const DISCLOSED =
  /CASE\s+WHEN\s+((?:(?!CASE\s+WHEN)[\s\S])*?)\s+THEN\s+authz\.log_(?:row|disclosure)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s+ELSE\s+false\s+END/g;

/** What a condition records: decisions with their level, and rows that it shows. */
export function recordsIn(condition: string): readonly {
  readonly what: 'the decision on' | 'each row of';
  readonly operation: string;
  readonly level: string;
}[] {
  const decisions = condition.matchAll(/'(\w+)'::text, '(\w+)'::text\) AS log_(?:organisation|decision)\)/g);
  const rows = condition.matchAll(
    /authz\.log_(?:row|disclosure)\((?:\( SELECT authz\.(?:access|disclosure)_stamp\()?'\w+'::text, '\w+'::text, '(\w+)'::text/g,
  );
  return [
    ...[...decisions].map(([, operation = '', level = '']) => ({
      what: 'the decision on' as const,
      operation,
      level,
    })),
    ...[...rows].map(([, operation = '']) => ({
      what: 'each row of' as const,
      operation,
      level: 'comprehensive',
    })),
  ];
}

/**
 * A condition without what only writes down its answer: whom it lets through is the same. That a decision is no longer recorded is told by
 * a guard of its own.
 */
export function withoutRecorder(condition: string): string {
  return RECORDED.reduce(
    (text, [pattern, plain]) => text.replaceAll(new RegExp(pattern, 'g'), plain),
    condition,
  ).replaceAll(DISCLOSED, '($1)');
}

/** The same as an SQL expression over `condition`; disclosed rows stay as they are. */
export function sqlWithoutRecorder(condition: string): string {
  return RECORDED.reduce(
    (sql, [pattern, plain]) => `regexp_replace(${sql}, '${pattern}', '${plain.replaceAll('$', '\\')}', 'g')`,
    condition,
  );
}
