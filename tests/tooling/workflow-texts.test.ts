import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Drift } from '../../scripts/drift/sentence.ts';
import { REVIEW_MARKER } from '../../scripts/review/render/marker.ts';
import { reviewComment } from '../../scripts/workflows/comment.ts';
import { DRIFT_MARKER, driftIssue } from '../../scripts/workflows/drift-issue.ts';
import { COMMENT_LIMIT, fitMarkdown } from '../../scripts/workflows/fit.ts';
import { runScript } from '../support/commands.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('Markdown that is cut', () => {
  test('is not, where it fits', () => {
    expect(fitMarkdown('a\nb\n', 4)).toEqual({ text: 'a\nb\n', isWhole: true });
  });

  test('ends with a line, and counts bytes', () => {
    expect(fitMarkdown('aé\nbé\ncé\n', 8)).toEqual({ text: 'aé\nbé\n', isWhole: false });
  });

  test('leaves no code block and no details open', () => {
    const text = `<details>\n<details>\n\n\`\`\`\`sql\n\`\`\`\n${'select 1;\n'.repeat(100)}\`\`\`\`\n</details>\n</details>\n`;
    const { text: cut } = fitMarkdown(text, 200);
    expect(cut).toMatch(/select 1;\n````\n\n<\/details>\n<\/details>\n$/);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(200);
  });
});

describe('the comment of a review', () => {
  test('is the report behind the marker, once', () => {
    expect(reviewComment('## Access\n')).toBe(`${REVIEW_MARKER}\n## Access\n`);
    expect(reviewComment(`${REVIEW_MARKER}\n\n## Access`)).toBe(`${REVIEW_MARKER}\n## Access\n`);
  });

  test('fits what GitHub takes, however long the report, and tells where the rest is', () => {
    const comment = reviewComment('▲ `nurse` can read more\n'.repeat(9000), {
      run: 'https://git.example/runs/1',
    });
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(comment.startsWith(`${REVIEW_MARKER}\n> [!IMPORTANT]\n`)).toBe(true);
    expect(comment).toContain('[artifacts of the run](https://git.example/runs/1)');
  });

  test.each([undefined, '', '\n'])(
    'says of a report that is %j that nothing is known [S-28 -]',
    (markdown) => {
      expect(reviewComment(markdown)).toContain('### The review could not be made\n');
    },
  );

  test('is printed by review:comment, and nothing else is', async () => {
    const done = await runScript('review-comment.ts', [file('review.md', '## Access\n')]);
    expect(done).toMatchObject({ code: 0, stdout: `${REVIEW_MARKER}\n## Access\n`, stderr: '' });
    for (const limit of ['much', '1999', '2e3.5', ' '])
      expect((await runScript('review-comment.ts', ['x.md', '--limit', limit])).code, limit).toBe(2);
  });
});

describe('the issue about drift', () => {
  const drift = (sentence: string, { key = 'policy a on b', opens = true } = {}): Drift => ({
    key,
    sentence,
    opens,
    details: ['+ using (true) -- a definition'],
  });
  const issue = (...drifts: Drift[]) =>
    driftIssue(
      { drifts, compared: 99, pending: ['x.sql'], beside: [], ignored: [], unseen: [] },
      'https://git.example/runs/1',
    );

  test('tells what opens something before the rest, in sentences [S-27 +]', () => {
    expect(issue(drift('index c is missing', { opens: false }), drift('anon holds select on d'))).toBe(
      [
        DRIFT_MARKER,
        '✗ 2 of 99 objects, grants and settings differ; 1 open something ([run](https://git.example/runs/1)).',
        '',
        '### Opens something, or takes a guard away',
        '',
        '```text',
        'anon holds select on d',
        '```',
        '',
        '### Differs',
        '',
        '```text',
        'index c is missing',
        '```',
        '',
        'Not applied yet: 1.',
        '',
        'Look at the definitions with `npm run db:drift -- --details`. Mend the database, or write the migration that says so. This issue',
        'closes by itself.',
        '',
      ].join('\n'),
    );
  });

  test('says of a database without drift that there is none [S-27 -]', () => {
    expect(issue()).toBe(
      `${DRIFT_MARKER}\n✓ 99 objects, grants and settings are as the migrations left them ([run](https://git.example/runs/1)).\n`,
    );
  });

  test('says what its login did not see, whether it found anything or not: that nothing differs there nobody knows [S-27 -]', () => {
    const report = {
      compared: 99,
      pending: [],
      beside: [],
      ignored: [],
      unseen: ['steps of states', 'buckets of files'],
    };
    const told = 'Not seen by this login: steps of states, buckets of files.';
    expect(driftIssue({ ...report, drifts: [] })).toBe(
      `${DRIFT_MARKER}\n✓ 99 objects, grants and settings are as the migrations left them.\n\n${told}\n`,
    );
    expect(driftIssue({ ...report, drifts: [drift('anon holds select on d')] }).split('\n')).toContain(told);
    expect(issue()).not.toContain('Not seen');
  });

  test('holds no definition, and no value of a setting, which may be a key', () => {
    const text = issue(
      drift('the setting app.settings.jwt_secret of everybody is hunter2', {
        key: 'setting app.settings.jwt_secret of everybody',
      }),
    );
    expect(text).toContain(
      'the setting app.settings.jwt_secret of everybody is not as the migrations left it',
    );
    expect(text).not.toMatch(/hunter2|using \(true\)/);
  });

  test('takes a name in the database for text: no line, no end of the block, no invisible turn', () => {
    const text = issue(drift('policy "a\n```\n@everyone <img>\u202e" on b is in no migration'));
    expect(text).toContain('\n````text\npolicy "a ``` @everyone <img> " on b is in no migration\n````\n');
  });

  test('fits into an issue, however much differs', () => {
    const many = Array.from({ length: 5000 }, (_, index) => drift(`policy ${'é'.repeat(500)} ${index}`));
    const text = issue(...many, ...many.map((each) => ({ ...each, opens: false })));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text.match(/^```/gm)?.length).toSatisfy((count: number) => count % 2 === 0);
  });

  test('is printed by drift:issue from what db:drift printed, and from nothing else', async () => {
    const report = {
      drifts: [drift('anon holds select on d')],
      compared: 9,
      pending: [],
      beside: [],
      ignored: [],
      unseen: [],
    };
    const done = await runScript('drift-issue.ts', [file('drift.json', JSON.stringify(report))]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('anon holds select on d');

    const error = { error: { problem: 'the database has applied none of these migrations' }, exitCode: 1 };
    const none = await runScript('drift-issue.ts', [file('none.json', JSON.stringify(error))]);
    expect(none.stdout).toBe(`${DRIFT_MARKER}\n✗ the database has applied none of these migrations.\n`);

    for (const text of ['', 'null', '{}', '{"drifts":1}']) {
      expect((await runScript('drift-issue.ts', [file('no.json', text)])).code).toBe(2);
    }
  });
});
