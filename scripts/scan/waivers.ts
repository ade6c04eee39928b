import { readFileSync } from 'node:fs';
import { misuse } from '../console/errors.ts';

/** A finding that somebody has looked at and accepts. */
export interface Waiver {
  readonly rule: string;
  /** The object exactly as the scan names it. */
  readonly object: string;
  readonly reason: string;
}

const SHAPE = '{"waivers":[{"rule":"…","object":"…","reason":"…"}]}';

/**
 * Reads accepted findings from a file.
 *
 * @param ruleNames the rules there are.
 * @throws CommandError (exit code 2) for a file that cannot be read, a waiver without a reason, or of an unknown rule.
 */
export function readWaivers(file: string, ruleNames: readonly string[]): readonly Waiver[] {
  return parse(file).map((waiver, index) => {
    const where = `${file}: waiver ${index + 1}`;
    const { rule, object, reason } = (waiver ?? {}) as Partial<Record<keyof Waiver, unknown>>;
    if (typeof rule !== 'string' || !ruleNames.includes(rule)) {
      throw misuse({
        problem: `${where} names no rule: ${JSON.stringify(rule) ?? 'nothing'}`,
        expected: `one of ${ruleNames.join(', ')}`,
        remedy: 'correct the name; `npm run db:scan -- --list` tells what each looks at',
      });
    }
    if (typeof object !== 'string' || object === '') {
      throw misuse({
        problem: `${where} names no object`,
        expected: 'the object exactly as the scan names it',
        remedy: 'copy "object" of the finding in --json',
      });
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw misuse({
        problem: `${where} gives no reason: ${rule}, ${object}`,
        expected: 'a sentence that says why it opens nothing here',
        remedy: 'write the reason, or mend the finding',
      });
    }
    return { rule, object, reason };
  });
}

function parse(file: string): readonly unknown[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw misuse(
      {
        problem: `${file} cannot be read as a list of waivers: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`,
        expected: SHAPE,
        remedy: 'name another file with --ignore, or correct it',
      },
      { cause },
    );
  }
  const { waivers } = (content ?? {}) as { waivers?: unknown };
  if (Array.isArray(waivers)) return waivers;
  throw misuse({ problem: `${file} has no list "waivers"`, expected: SHAPE, remedy: 'correct the file' });
}
