import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';
import { readRegister } from './privacy/register.ts';
import { csvOf, markdownOf } from './privacy/render-register.ts';

await command<{ json?: boolean; csv?: boolean }>({
  name: 'privacy:register',
  summary: 'Prints the record of processing operations (LGPD art. 37), read off the database and its rules.',
  options: [
    ['--json', 'all of it as JSON'],
    ['--csv', 'its tables as CSV'],
  ],
  notes:
    'Works on DATABASE_URL, else on the embedded server, as the role that migrates. Markdown unless asked otherwise: npm run -s privacy:register > register.md',
  async run({ json, csv }) {
    if (json && csv) throw misuse({ problem: 'one form at a time', expected: '--json or --csv' });
    const register = await withClient(resolveTarget().url, readRegister);
    process.stdout.write(
      json ? `${JSON.stringify(register)}\n` : csv ? csvOf(register) : markdownOf(register),
    );
  },
});
