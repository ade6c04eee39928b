import { command } from './console/command.ts';
import { say, table } from './console/report.ts';
import { resolveTarget } from './postgres/target.ts';
import { writeScanDocs } from './scan/docs.ts';
import { printReport } from './scan/report.ts';
import { RULES } from './scan/rules/index.ts';
import { scan } from './scan/scan.ts';
import { selectRules } from './scan/select.ts';
import { readWaivers } from './scan/waivers.ts';

interface Options {
  readonly json?: boolean;
  readonly list?: boolean;
  readonly write?: boolean;
  readonly rule?: readonly string[];
  readonly schema?: readonly string[];
  readonly role?: readonly string[];
  readonly tenant?: string;
  readonly ignore?: string;
}

await command<Options>({
  name: 'db:scan',
  summary: 'Looks for what lets callers past the policies of any Postgres or Supabase database.',
  options: [
    ['--schema <name...>', "look at these schemas only; all but the platform's when left out"],
    ['--role <name...>', 'a role that requests run as, besides those of the API'],
    ['--tenant <column>', 'the column that says whose a row is; looked for when left out'],
    ['--rule <name...>', 'ask these rules only'],
    ['--ignore <file>', 'accepted findings: {"waivers":[{"rule","object","reason"}]}'],
    ['--list', 'list the rules and stop'],
    ['--write', 'write docs/scan.md from the rules and stop'],
    [
      '--json',
      'print {"findings","rules","tenant","schemas","roles","rolesReason","waived","stale"} and nothing else',
    ],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server. One read-only transaction; only catalogs are read, no row of any table.',
    'Callers are anon, authenticated and what authenticator may become, except who bypasses policies anyway (service_role); without',
    'any, the roles that policies name.',
    'Exits 1 if anything is found. Every rule is explained in docs/scan.md.',
  ].join('\n'),
  async run({ json, list, write, rule = [], schema = [], role = [], tenant, ignore }) {
    const rules = selectRules(rule);
    if (write) {
      writeScanDocs();
      return 0;
    }
    if (list) {
      if (json) say(JSON.stringify(rules.map(({ name, level, claim }) => ({ name, level, claim }))));
      else
        say(
          table(
            ['Level', 'Rule', 'Claims that'],
            rules.map(({ level, name, claim }) => [level, name, claim]),
          ),
        );
      return 0;
    }
    const waivers =
      ignore === undefined
        ? []
        : readWaivers(
            ignore,
            RULES.map(({ name }) => name),
          );
    const target = resolveTarget();
    const report = await scan(target.url, { rules, schemas: schema, roles: role, tenant, waivers });
    if (json) say(JSON.stringify(report));
    else printReport(report, rules, target.display);
    return report.findings.length > 0 ? 1 : 0;
  },
});
