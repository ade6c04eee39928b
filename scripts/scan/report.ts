import { out, say } from '../console/report.ts';
import { visible } from '../console/visible.ts';
import type { Level, ScanRule } from './rule.ts';
import type { Finding, ScanReport } from './scan.ts';

/** Prints a report as a person reads it: the sum, then rule by rule what is wrong, why it matters and how to mend it. */
export function printReport(report: ScanReport, rules: readonly ScanRule[], where: string): void {
  const { findings, waived, stale, tenant } = report;
  const asked = report.rules.filter(({ skipped }) => skipped === null);
  const looked = asked.reduce((sum, rule) => sum + rule.looked, 0);
  say(
    findings.length === 0
      ? `${out.green('no findings')} at ${where}: ${asked.length} rules, ${looked} objects looked at`
      : `${out.bold(String(findings.length))} findings at ${where}: ${count(findings, 'high')} high, ` +
          `${count(findings, 'medium')} medium, ${count(findings, 'low')} low`,
  );
  say(`${out.dim('schemas')}  ${report.schemas.map(visible).join(', ') || 'none'}`);
  say(`${out.dim('callers')}  ${report.roles.map(visible).join(', ') || 'PUBLIC'} (${report.rolesReason})`);
  if (tenant) say(`${out.dim('tenant')}   ${visible(tenant.column)} (${tenant.reason})`);
  for (const reason of new Set(report.rules.flatMap(({ skipped }) => (skipped === null ? [] : [skipped])))) {
    const names = report.rules.filter(({ skipped }) => skipped === reason).map(({ name }) => name);
    say(`${out.dim('skipped')}  ${names.join(', ')}: ${reason}`);
  }
  if (waived.length > 0)
    say(`${out.dim('waived')}   ${waived.length}, each with its reason (--json lists them)`);
  for (const { rule, object } of stale) {
    say(`${out.yellow('waiver of nothing')}  ${rule}: ${visible(object)} is not found any more; take it out`);
  }
  for (const rule of ordered(rules, findings)) {
    printRule(
      rule,
      findings.filter((finding) => finding.rule === rule.name),
    );
  }
}

function printRule(rule: ScanRule, findings: readonly Finding[]): void {
  say();
  say(`${coloured(rule.level)}  ${out.bold(rule.name)}  ${findings.length}`);
  for (const { object, problem } of findings) say(`  ${visible(object)}: ${visible(problem)}`);
  say(`  ${out.dim(rule.why)}`);
  say(`  ${out.green('→')} ${rule.remedy}`);
}

/** The rules that found something, in the order of their findings: highest level first. */
function ordered(rules: readonly ScanRule[], findings: readonly Finding[]): readonly ScanRule[] {
  const names = [...new Set(findings.map(({ rule }) => rule))];
  return names.flatMap((name) => rules.find((rule) => rule.name === name) ?? []);
}

function count(findings: readonly Finding[], level: Level): number {
  return findings.filter((finding) => finding.level === level).length;
}

function coloured(level: Level): string {
  const colour = { high: out.red, medium: out.yellow, low: out.dim }[level];
  return colour(level);
}
