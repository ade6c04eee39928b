// npm run audit:verify -- <file> [--head <file>] [--table <name>] [--from <seal>] [--listing <file>] [--json]. Also without npm, on a machine of the auditor's own: node audit-verify.mjs, with
// audit/verifier.mjs, section.mjs, burials.mjs, proof.mjs, listing.mjs, keys.mjs, merkle.mjs and lines.mjs beside it.
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readJson } from './audit/lines.mjs';
import { isListing, verifyListing } from './audit/listing.mjs';
import { verifyProof } from './audit/proof.mjs';
import { isHead, TOLD } from './audit/section.mjs';
import { verifyExport } from './audit/verifier.mjs';

const USAGE = `Usage: npm run audit:verify -- <file> [options]

Verifies an exported trail (audit:export), a proof (prove_record, prove_consistency) or a listing (list_sealed_records) without a
database: every row's leaf, every root, the chain of seals, and that what stands under a head kept earlier is still what it was.

  --head <file>   a head kept earlier: tells a trail that was sealed anew, or taken back; every table that it lists must be in the export
  --table <name>  of an export, only this table must be, because you asked for a part (audit:export --table); may be given again
  --from <seal>   of an export, rows up to this seal may be left out, because you asked for a part (audit:export --from)
  --listing <file>  of a listing, one kept earlier: tells what that one held and this one leaves out
  --json          print {"whole","findings","count","head",…} and nothing else

Findings name table, position and key, never a value of a row. Without --head, only what the chain itself cannot hide is found:
keep the head that is printed where nobody who can write to the database can.
Exit codes: 0 whole, 1 not, 2 misuse.`;

/** A listing of some ten thousand rows; of more, whoever asks takes a part (from_size). */
const LARGEST = 1 << 24;

// Who has seen enough (`| head -1`) closes the pipe; that is no error. The verdict stands in the exit code where it was reached.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'EPIPE' || stream === process.stderr) return;
    process.stderr.write(`✗ the result could not be written to its end (${error.code})\n`);
    process.exit(2); // not 1: nothing was found of the trail
  });
}
process.exitCode = await main().catch((error) => {
  const problem = sayError(error);
  const remedy = 'npm run audit:verify -- --help';
  if (process.argv.includes('--json'))
    return say(JSON.stringify({ error: { problem, remedy }, exitCode: 2 }), 2);
  process.stderr.write(`✗ ${visible(problem)}\n  → ${remedy}\n`);
  return 2;
});

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      head: { type: 'string', multiple: true },
      table: { type: 'string', multiple: true },
      from: { type: 'string', multiple: true },
      listing: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error('give one file');
  if (values.head && values.head.length > 1)
    throw new Error('give one head: each is compared by a run of its own');
  // Of two, the last alone would count.
  for (const option of /** @type {const} */ (['from', 'listing']))
    if (values[option] && values[option].length > 1) throw new Error(`--${option} is given twice`);
  const [from] = values.from ?? [];
  if (from !== undefined && !/^\d{1,15}$/.test(from)) throw new Error('--from takes the number of a seal');
  const head = values.head?.map(headOf)[0];
  const start = readFirst(file, undefined, LARGEST);
  const format = typeof start?.format === 'string' ? start.format : '';
  const isProof = /^cordon\.(inclusion|consistency)\./.test(format);
  const isOfRows = format.startsWith('cordon.listing.');
  // Passed over, it would have found nothing, and whoever gave it would take that for an answer.
  if (values.listing && !isOfRows)
    throw new Error('--listing goes with a listing, as list_sealed_records gives it');
  for (const option of /** @type {const} */ (['table', 'from']))
    if (values[option] && (isProof || isOfRows))
      throw new Error(`--${option} goes with an export: ${file} is a ${isProof ? 'proof' : 'listing'}`);
  if (isProof) return proof(start, head, values.json === true);
  if (isOfRows) return listing(start, head, values.listing?.[0], values.json === true);
  const verdict = await verifyExport(file, {
    head,
    tables: values.table?.map((name) => (name.includes('.') ? name : `public.${name}`)),
    from: Number(from ?? 0),
    onProgress: (lines) => process.stderr.write(`· ${lines.toLocaleString('en')} lines\n`),
  });
  if (!verdict.isExport)
    throw new Error(
      `${file} is neither an export of a trail (cordon.audit-export.1) nor a proof or a listing`,
    );
  const { findings, count, seals, leaves, unsealed, destroyed, leftOut, skipped } = verdict;
  // Without a seal nothing vouches for anything: what was never sealed, or whose seals were taken off.
  const whole = count === 0 && seals > 0;
  if (values.json) {
    const { isExport: _, ...told } = verdict;
    say(JSON.stringify({ whole, ...told, head: whole ? verdict.head : undefined }));
    return whole ? 0 : 1;
  }
  say(
    `${seals} seals, ${leaves.toLocaleString('en')} sealed rows${unsealed ? `, ${unsealed.toLocaleString('en')} not sealed yet` : ''}`,
  );
  if (destroyed > 0)
    say(`${destroyed.toLocaleString('en')} of them were destroyed since, by erasure or retention, on record`);
  if (leftOut > 0)
    say(`${leftOut.toLocaleString('en')} rows before these are not in this export, so not verified`);
  if (skipped.length > 0) say(`not in this export, so not verified: ${skipped.join(', ')}`);
  for (const [place, finding] of findings.entries())
    say(`${place === 0 ? '✗ first' : '✗      '} ${sentence(finding)}`);
  if (count > findings.length) say(`  and ${(count - findings.length).toLocaleString('en')} more`);
  say();
  if (seals === 0)
    return say('✗ No seal is in it, so nothing of it is verified: npm run audit:seal, and export again.', 1);
  if (!whole) return say('This is not what was sealed, or not all of it.', 1);
  if (values.table || leftOut > 0) say(`Of the ${leftOut > 0 ? 'rows' : 'tables'} that are in this export:`);
  say(
    head
      ? 'Whole, and it continues the head that you kept.'
      : 'Whole, as far as the trail itself can tell. A head kept elsewhere tells more: --head.',
  );
  say('Keep this head where nobody who can write to the database can:');
  return say(JSON.stringify(verdict.head ?? null));
}

/** @param {import('./audit/verifier.mjs').Finding} finding */
function sentence({ what, table, position, key, seal, line }) {
  const where = [
    seal === undefined ? '' : `seal ${seal}`,
    table,
    position === undefined ? '' : `position ${position}`,
    key === undefined ? '' : `key ${JSON.stringify(key)}`,
    line === undefined ? '' : `line ${line}`,
  ];
  return `${where.filter(Boolean).join(', ')}: ${what}`;
}

/** @param {any} given @param {import('./audit/verifier.mjs').Head | undefined} head @param {boolean} json */
function proof(given, head, json) {
  const verdict = verifyProof(given, head);
  if (verdict === undefined)
    throw new Error(
      'the proof is incomplete: one of inclusion has tree_size, root and path, one of consistency has path, from and to, each of these with tree_size and root',
    );
  const { holds, isKept, isChanged } = verdict;
  const whole = holds && (head === undefined || isKept);
  if (json) return say(JSON.stringify({ whole, holds, isKept, isChanged }), whole ? 0 : 1);
  if (isChanged)
    return say('✗ The row that stands there now is not the one that was sealed: it was changed.', 1);
  if (!holds) return say('✗ The proof does not hold.', 1);
  if (head === undefined)
    return say(
      '✓ The proof holds under the root that it names. Whether that was sealed, a head tells: --head.',
    );
  return isKept
    ? say('✓ The proof holds, under the head that you kept.')
    : say(
        '✗ The proof holds, and the head that you kept has another root: ask for a proof at its tree_size.',
        1,
      );
}

/** @param {any} given @param {import('./audit/verifier.mjs').Head | undefined} head @param {string | undefined} keptFile @param {boolean} json */
function listing(given, head, keptFile, json) {
  if (!isListing(given))
    throw new Error(
      'the listing is incomplete: it has format cordon.listing.1, table, from_size, tree_size, root, records and path',
    );
  const kept = keptFile === undefined ? undefined : readFirst(keptFile, 'a listing that you kept', LARGEST);
  if (keptFile !== undefined) {
    if (!isListing(kept) || kept.table !== given.table || kept.organisation_id !== given.organisation_id)
      throw new Error(`${keptFile} is no listing of the same table and clinic`);
    if (kept.from_size < given.from_size || kept.tree_size > given.tree_size)
      throw new Error(`${keptFile} holds rows that this listing does not reach: list from its from_size on`);
  }
  const verdict = verifyListing(given, head, kept);
  const { holds, isKept, records, destroyed, changed, gone, left } = verdict;
  const told = [
    ...changed.map((key) => `key ${JSON.stringify(key)}: the row was changed: it is not what was sealed`),
    ...gone.map((key) => `key ${JSON.stringify(key)}: the row is gone`),
    ...left.map(
      (key) => `key ${JSON.stringify(key)}: the listing that you kept holds it, and this one does not`,
    ),
  ];
  const whole = holds && (head === undefined || isKept) && told.length === 0;
  if (json) return say(JSON.stringify({ whole, ...verdict }), whole ? 0 : 1);
  say(
    `${records.toLocaleString('en')} sealed rows of ${given.table}${destroyed ? `, ${destroyed.toLocaleString('en')} of them destroyed since, on record` : ''}`,
  );
  for (const line of told.slice(0, TOLD)) say(`✗ ${line}`);
  if (told.length > TOLD) say(`  and ${(told.length - TOLD).toLocaleString('en')} more`);
  if (!holds) return say('✗ The listing does not hold.', 1);
  if (head !== undefined && !isKept)
    return say(
      '✗ The listing holds, and the head that you kept has another root: ask for one at its tree_size.',
      1,
    );
  if (!whole) return say('This is not what was sealed, or not all of it.', 1);
  return say(
    head === undefined
      ? '✓ The listing holds under the root that it names. Whether that was sealed, a head tells: --head. That its keys are those of the rows, the database alone says.'
      : '✓ The listing holds, under the head that you kept. That its keys are those of the rows, the database alone says.',
  );
}

/** @param {NodeJS.ErrnoException} error what opening a file says names it only in words of its own */
function sayError({ code, path, message }) {
  if (code === 'ENOENT') return `${path}: there is no such file`;
  if (code === 'EACCES') return `${path}: this file may not be read`;
  // Node goes on with advice for names of files that nobody meant.
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message.replace(/\. .*/s, '');
  return message;
}

/** A proof is one small JSON object, on however many lines; an export is neither read whole nor small. @param {string} file @param {string} [expected] @param {number} [largest] in bytes */
function readFirst(file, expected = 'the export that audit:export wrote', largest = 1 << 20) {
  const stats = statSync(file);
  if (!stats.isFile()) throw new Error(`${file} is no file: give ${expected}`);
  if (stats.size === 0) throw new Error(`${file} is empty: give ${expected}`);
  if (stats.size > largest) return undefined;
  const { value, oddity } = readJson(readFileSync(file));
  // Of an export, the line is told.
  if (oddity && value.format !== 'cordon.audit-export.1')
    throw new Error(`${file} is not to be trusted: ${oddity}`);
  return value;
}

/** @param {string} file */
function headOf(file) {
  const head = readFirst(file, 'the head that audit:seal printed');
  if (!isHead(head))
    throw new Error(
      `${file} is no head (cordon.head.1): keep the last line alone that audit:seal and audit:verify print: npm run audit:seal -- --keep <file>`,
    );
  return head;
}

/**
 * Names of tables and keys stand in the file, as whoever made it wrote them: none moves the cursor, hides a finding or begins a line of its own. What
 * is written in JSON stays JSON of the same value.
 *
 * @param {string} line
 */
function visible(line) {
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (sign) =>
    [...Array(sign.length).keys()]
      .map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** @param {string} [line] @param {number} [code] */
function say(line = '', code = 0) {
  process.stdout.write(`${visible(line)}\n`);
  return code;
}
