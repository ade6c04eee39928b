import { counted } from '../../console/counted.ts';
import { tellCounts } from '../facts/counts.ts';
import type { RoutineDiff } from '../facts/routines.ts';
import type { Review } from '../review.ts';
import type { ConfirmedVerdict } from '../verdicts/confirm.ts';
import { code, escapeMarkdown, fence } from './markdown/escape.ts';
import { type Block, fill } from './markdown/fill.ts';
import { REVIEW_MARKER } from './marker.ts';
import { claimOf } from './rules.ts';
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
import { cutAt, diffLines } from './text.ts';

/** In bytes, which are never fewer than the 65,536 characters that GitHub takes; a workflow adds a few lines of its own. */
const LIMIT = 63_500;
const DIFF_LINES = 80;
const LINE_LENGTH = 400;

/** The report as a comment on a pull request. Whatever does not fit is counted, and stands in the page. */
export function renderMarkdown(review: Review): string {
  const head = [
    REVIEW_MARKER,
    `**${tellCounts(review.counts)}: ${tellOutcome(review)}**`,
    '',
    `${escapeMarkdown(tellRange(review))}; ${escapeMarkdown(tellObservation(review))}.`,
    '',
  ].join('\n');
  const blocks = [
    ...findingBlocks(review),
    ...verdictBlocks(review),
    ...seenBlock(review),
    ...migrationBlock(review),
    ...workBlock(review),
    ...lossBlock(review),
    ...routineBlock(review),
    ...shapeBlock(review),
    ...conditionBlock(review),
    ...equalBlock(review),
  ];
  return head + fill(blocks, LIMIT - Buffer.byteLength(head));
}

function findingBlocks(review: Review): Block[] {
  if (review.findings.length === 0) return [];
  return [
    {
      open: `\n### ${tellOutcome(review)}\n\n`,
      items: findingGroups(review).map((group, place, all) =>
        tellFindings(group, group.guard === all[place - 1]?.guard),
      ),
      close: '',
    },
  ];
}

const FEW = 10;

function tellFindings({ guard, expected, remedy, findings }: FindingGroup, isTold: boolean): string {
  const told = findings
    .slice(0, FEW)
    .flatMap(({ where, problem, details = [] }) => [
      `- ✗ ${code(where)} ${escapeMarkdown(problem)}`,
      ...details.slice(0, FEW).map((detail) => `  - ${code(detail)}`),
      ...(details.length > FEW ? [`  - ${details.length - FEW} more: see the page`] : []),
    ]);
  const left = findings.length - FEW;
  return [
    isTold ? `**${guard}**, too:` : `**${guard}**: ${escapeMarkdown(claimOf(guard))}`,
    ...told,
    ...(left > 0 ? [`- ${left} more: see the page`] : []),
    `- expected: ${escapeMarkdown(expected)}`,
    `- → ${escapeMarkdown(remedy)}`,
    '',
  ].join('\n');
}

function verdictBlocks(review: Review): Block[] {
  return realmSections(review).flatMap(({ title, verdicts }): Block[] => {
    const told = verdicts.filter(({ mark }) => mark !== 'equal');
    if (told.length === 0) return [];
    return [
      {
        open: `\n#### ${escapeMarkdown(title)}\n\n| | | Observed |\n|---|---|---|\n`,
        items: told.map(
          (verdict) =>
            `| ${SYMBOLS[verdict.mark]} | ${verdict.mark}: ${escapeMarkdown(verdict.sentence)} | ${escapeMarkdown(tellSeen(verdict, review))} |`,
        ),
        close: '',
      },
    ];
  });
}

function seenBlock(review: Review): Block[] {
  const items = seenChanges(review).map(
    ({ mark, sentence }) => `- ${SYMBOLS[mark]} ${escapeMarkdown(sentence)}`,
  );
  return items.length === 0
    ? []
    : [{ open: '\n#### What personas got otherwise than before\n\n', items, close: '' }];
}

function migrationBlock({ migrations }: Review): Block[] {
  return details(
    'Migrations',
    migrations.map(
      ({ fileName, why, widened, narrowed }) =>
        `- ${code(fileName)} ${escapeMarkdown(why, 300)} (${SYMBOLS.widened} ${widened}, ${SYMBOLS.narrowed} ${narrowed})`,
    ),
  );
}

function workBlock(review: Review): Block[] {
  return details(
    'While it runs',
    workOf(review).map(
      ({ fileName, source, sentence }) =>
        `| ${code(fileName)} | ${escapeMarkdown(source)} | ${escapeMarkdown(sentence)} |`,
    ),
    '| Migration | | |\n|---|---|---|\n',
  );
}

function lossBlock({ losses }: Review): Block[] {
  return details(
    'Data',
    losses.map((loss) => `- ${escapeMarkdown(loss)}`),
  );
}

function routineBlock({ routines }: Review): Block[] {
  return details('Functions', routines.map(tellRoutine));
}

function tellRoutine({ key, change, diff }: RoutineDiff): string {
  const lines = diffLines(diff);
  const title = `${change} ${code(key)}`;
  if (lines.length === 0) return `${title}\n`;
  const shown = lines.slice(0, DIFF_LINES).map((line) => cutAt(line, LINE_LENGTH));
  const left = lines.length - DIFF_LINES;
  return `${title}\n\n${fence('diff', shown)}\n${left > 0 ? `\n_${counted(left, 'more line')}: see the page._\n` : ''}`;
}

function shapeBlock({ shapes }: Review): Block[] {
  return details(
    'Types',
    shapes.map(({ sentence, breaks }) => `- ${breaks ? '**breaks** ' : ''}${escapeMarkdown(sentence)}`),
  );
}

function conditionBlock(review: Review): Block[] {
  const explained = realmSections(review).flatMap(({ verdicts }) =>
    verdicts.filter(({ mark, details: why = [] }) => mark !== 'equal' && why.length > 0),
  );
  return details('Conditions before and now', explained.map(tellConditions));
}

function tellConditions({ mark, sentence, details: why = [] }: ConfirmedVerdict): string {
  return [
    `- ${SYMBOLS[mark]} ${escapeMarkdown(sentence)}`,
    ...why.slice(0, FEW).map((line) => `  - ${escapeMarkdown(line, 600)}`),
    ...(why.length > FEW ? [`  - ${why.length - FEW} more: see the page`] : []),
  ].join('\n');
}

function equalBlock({ verdicts }: Review): Block[] {
  return details(
    'Written anew, and equal',
    verdicts
      .filter(({ mark }) => mark === 'equal')
      .map(({ sentence }) => `- ${SYMBOLS.equal} ${escapeMarkdown(sentence)}`),
  );
}

/** A part that opens on a click; nothing where it is empty. */
function details(title: string, items: readonly string[], head = ''): Block[] {
  if (items.length === 0) return [];
  return [
    {
      open: `\n<details><summary>${title} (${items.length})</summary>\n\n${head}`,
      items,
      close: '\n</details>\n',
    },
  ];
}
