import { out, say } from '../../console/report.ts';
import { tellCounts } from '../facts/counts.ts';
import type { RoutineDiff } from '../facts/routines.ts';
import type { Review } from '../review.ts';
import type { Mark } from '../verdicts/verdict.ts';
import {
  type FindingGroup,
  findingGroups,
  realmSections,
  SYMBOLS,
  seenChanges,
  tellObservation,
  tellOutcome,
  tellRange,
  tellSeen,
  workOf,
} from './sections.ts';
import { diffLines } from './text.ts';
import { wrap } from './wrap.ts';

type Colour = (text: string) => string;

const COLOURS: Readonly<Record<Mark, Colour>> = {
  widened: out.red,
  changed: out.yellow,
  narrowed: out.green,
  equal: out.dim,
};

/** Prints a review: figures first, then who may do what, what it costs, and what stops it. */
export function printReview(review: Review): void {
  // A log has no width: whoever searches it wants whole lines.
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  for (const line of reviewLines(review, width)) say(line);
}

/** The lines that {@link printReview} prints, none of them wider than the terminal. */
export function reviewLines(review: Review, width: number): readonly string[] {
  const put = (prefix: string, text: string, colour: Colour = plain, all: Colour = plain) => {
    const [first = '', ...others] = wrap(text, width, prefix);
    return [`${colour(prefix)}${all(first.slice(prefix.length))}`, ...others.map(all)];
  };
  return [
    ...put('', tellRange(review), plain, out.bold),
    ...put('', tellCounts(review.counts)),
    ...put('', tellObservation(review), plain, out.dim),
    ...realmSections(review).flatMap(({ title, verdicts }) => [
      '',
      ...put('', title, plain, out.bold),
      ...verdicts.flatMap((verdict) => {
        const seen = tellSeen(verdict, review);
        const prefix = `  ${SYMBOLS[verdict.mark]} ${verdict.mark.padEnd(8)}  `;
        return [
          ...put(prefix, verdict.sentence, COLOURS[verdict.mark]),
          ...(seen === '' ? [] : put(' '.repeat(prefix.length), seen, plain, out.dim)),
        ];
      }),
    ]),
    ...section(
      'What personas got otherwise',
      seenChanges(review).flatMap(({ mark, sentence }) =>
        put(`  ${SYMBOLS[mark]} `, sentence, COLOURS[mark]),
      ),
    ),
    ...section('While it runs', workLines(review, put)),
    ...section(
      'Data',
      review.losses.flatMap((loss) => put('  ✗ ', loss, out.red)),
    ),
    ...section(
      'Functions',
      review.routines.flatMap((routine) => routineLines(routine, put)),
    ),
    ...section(
      'Types',
      review.shapes.flatMap(({ sentence, breaks }) =>
        put(breaks ? '  breaks  ' : '          ', sentence, out.yellow),
      ),
    ),
    ...section(
      'Findings',
      findingGroups(review).flatMap((group) => findingLines(group, put)),
    ),
    '',
    (review.findings.length === 0 ? out.green : out.red)(tellOutcome(review)),
  ];
}

type Put = (prefix: string, text: string, colour?: Colour, all?: Colour) => readonly string[];

function plain(text: string): string {
  return text;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', out.bold(title), ...lines];
}

function workLines(review: Review, put: Put): readonly string[] {
  return workOf(review).flatMap(({ fileName, source, sentence }, place, all) => [
    ...(fileName === all[place - 1]?.fileName ? [] : put('  ', fileName)),
    ...(source.startsWith('squawk')
      ? [...put('    ', source, plain, out.yellow), ...put('          ', sentence)]
      : put(`    ${source}  `, sentence, out.dim)),
  ]);
}

function routineLines({ key, change, diff }: RoutineDiff, put: Put): readonly string[] {
  return [
    ...put(`  ${change.padEnd(7)} `, key),
    ...diffLines(diff)
      .filter((line) => /^[-+]/.test(line))
      .flatMap((line) => {
        const [, sign = '', blanks = '', text = ''] = /^(.)(\s*)(.*)$/s.exec(line) ?? [];
        const colour = sign === '+' ? out.green : out.red;
        return put(`      ${sign}${blanks.replaceAll('\t', '  ')}`, text, colour, colour);
      }),
  ];
}

function findingLines({ guard, expected, remedy, findings }: FindingGroup, put: Put): readonly string[] {
  return [
    ...findings.flatMap(({ where, problem, details = [] }) => [
      ...put('  ✗ ', `${where} ${problem}`, out.red),
      ...details.flatMap((detail) => put('      ', detail.trim())),
    ]),
    ...put('    guard     ', guard, out.dim),
    ...put('    expected  ', expected, out.dim),
    ...put('    →         ', remedy, out.green),
    '',
  ];
}
