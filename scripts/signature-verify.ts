import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { readExport } from './evidence/read-export.ts';
import { tellChecks } from './evidence/tell-checks.ts';
import { verifySignature } from './evidence/verify-signature.ts';

await command<{ receipt?: string; json?: boolean }>({
  name: 'signature:verify',
  summary:
    'Checks an exported signature without a database: every digest, and that all its parts say the same.',
  usage: '<file>',
  options: [
    ['--receipt <digest>', 'record_sha256 as the signer holds it: tells an export made up as a whole'],
    ['--json', 'print {"whole","checks"} and nothing else'],
  ],
  notes:
    `The file is what "select export_signed_form('<form id>')" gives. Digests are SHA-256 of the bytes in UTF-8: sha256sum finds the same.\n` +
    'Exits 1 if anything does not hold.',
  async run({ receipt, json }, [file = '']) {
    if (receipt !== undefined && !/^[0-9a-f]{64}$/.test(receipt)) {
      throw misuse({
        problem: 'the receipt is no digest',
        expected: '64 hexadecimal digits in small letters, as sign_form gave them in record_sha256',
      });
    }
    const signature = await readExport(file);
    return tellChecks(
      verifySignature(signature, receipt),
      {
        broken: 'This is not what was signed.',
        whole: [
          receipt === undefined
            ? "The export is whole. Whether it is the one that was signed, the signer's receipt tells: --receipt."
            : 'The export is whole, and the one that was signed.',
          // The receipt is of the day of the signature: nothing that came later stands in it.
          signature.form.status === 'active'
            ? 'Whether it has ended since, or its end was left out, no file tells: ask whoever has the database.'
            : typeof signature.termination_sha256 === 'string'
              ? 'Whether its end was recorded so, a proof of its record in audit.security_events tells: prove_record.'
              : 'Of its end no record is kept: nobody vouches for when it was, by whom and why.',
        ],
      },
      json,
    );
  },
});
