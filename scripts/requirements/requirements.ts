import { readFile } from 'node:fs/promises';
import type { TestReport } from './test-report.ts';

export interface Requirement {
  readonly id: string;
  readonly promise: string;
  /** Whether the product must prove it by now. */
  readonly due: boolean;
}

/** One test that carries an id. */
interface Evidence {
  readonly title: string;
  readonly passed: boolean;
}

export interface Standing extends Requirement {
  /** Tests that show what must succeed. */
  readonly positive: readonly Evidence[];
  /** Tests that show what must be refused, or be without effect. */
  readonly negative: readonly Evidence[];
  readonly proven: boolean;
}

export interface Tag {
  readonly ids: readonly string[];
  readonly polarity: 'positive' | 'negative';
}

/** Ids, then whether the test shows what succeeds or what is refused: `S-02 N-22 -`. */
const SIGNED = /((?:[SN]-\d\d,? )+)([+−-])/g;
/** `[S-02 +]`, `[S-02 N-22 -]`, `[S-02 +, N-22 -]` */
const TAG = new RegExp(`\\[${SIGNED.source}(?:, ${SIGNED.source})*\\]`, 'g');
/** Anything that was meant to be a tag. */
const ATTEMPT = /\[[^\]]*[SN]-?\d\d?[^\]]*\]/g;

/** Reads the registry of requirements. */
export async function readRequirements(
  file: URL = new URL('../../docs/requirements.json', import.meta.url),
): Promise<readonly Requirement[]> {
  return (JSON.parse(await readFile(file, 'utf8')) as { requirements: Requirement[] }).requirements;
}

/** The tags in a test's title, as written. */
export function tagsOf(title: string): readonly Tag[] {
  const written = [...title.matchAll(TAG)].map(([tag]) => tag).join(' ');
  return [...written.matchAll(SIGNED)].map(([, ids = '', sign]) => ({
    ids: ids.split(/[ ,]+/).filter(Boolean),
    polarity: sign === '+' ? 'positive' : 'negative',
  }));
}

/**
 * Judges each requirement: it is proven when a positive and a negative test carry its id, and every test that does
 * has passed. A skipped test is no evidence.
 */
export function judge(requirements: readonly Requirement[], report: TestReport): readonly Standing[] {
  const evidence = report.testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .flatMap(({ title, status }) =>
      tagsOf(title).map((tag) => ({ ...tag, title, passed: status === 'passed' })),
    );
  return requirements.map((requirement) => {
    const own = evidence.filter(({ ids }) => ids.includes(requirement.id));
    const of = (polarity: Tag['polarity']): Evidence[] =>
      own.filter((item) => item.polarity === polarity).map(({ title, passed }) => ({ title, passed }));
    const positive = of('positive');
    const negative = of('negative');
    const proven = positive.length > 0 && negative.length > 0 && own.every(({ passed }) => passed);
    return { ...requirement, positive, negative, proven };
  });
}

/** Tags that count for nothing, because of a typing mistake or an id that no requirement has. */
export function strayTags(requirements: readonly Requirement[], report: TestReport): readonly string[] {
  const known = new Set(requirements.map(({ id }) => id));
  return report.testResults
    .flatMap((file) => file.assertionResults)
    .flatMap(({ title }) => {
      const unknown = tagsOf(title).flatMap(({ ids }) => ids.filter((id) => !known.has(id)));
      const malformed = title.replaceAll(TAG, '').match(ATTEMPT) ?? [];
      return [...unknown, ...malformed].map((tag) => `${tag} in "${title}"`);
    });
}
