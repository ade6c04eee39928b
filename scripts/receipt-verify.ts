import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { tellChecks } from './evidence/tell-checks.ts';
import { readReceipt, verifyReceipt } from './evidence/verify-receipt.ts';

await command<{ kept?: string; json?: boolean }>({
  name: 'receipt:verify',
  summary: 'Checks the receipt of a consent without a database: its digests, and that it says all it must.',
  usage: '<file>',
  options: [
    ['--kept <digest>', 'receipt_sha256 as the patient kept it: tells a receipt made up as a whole'],
    ['--json', 'print {"whole","checks"} and nothing else'],
  ],
  notes:
    `The file is what "select consent_receipt('<consent id>')" gives. Digests are SHA-256 of the bytes in UTF-8: sha256sum finds the same.\n` +
    'The same consent in the same state gives the same bytes: whoever has the database holds it against another export.\n' +
    'Exits 1 if anything does not hold.',
  async run({ kept, json }, [file = '']) {
    if (kept !== undefined && !/^[0-9a-f]{64}$/.test(kept)) {
      throw misuse({
        problem: 'what was kept is no digest',
        expected: '64 hexadecimal digits in small letters, as consent_receipt gave them in receipt_sha256',
      });
    }
    return tellChecks(
      verifyReceipt(await readReceipt(file), kept),
      {
        broken: 'This is not what was given.',
        whole: [
          kept === undefined
            ? 'The receipt is whole. Whether it is the one that was given, a digest that was kept tells: --kept.'
            : 'The receipt is whole, and the one that was kept.',
          'Whether the consent has ended since, no file tells: ask for another receipt.',
        ],
      },
      json,
    );
  },
});
