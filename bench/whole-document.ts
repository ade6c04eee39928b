import { ACCESS_LOG_TITLE, renderAccessLog } from './access-log/document.ts';
import type { AccessLogReport } from './access-log/results.ts';
import { GROWTH_TITLE, renderDocument } from './document.ts';
import { sectionOf, withSection } from './markdown.ts';
import type { BenchReport } from './run.ts';
import { renderTriggers, TRIGGERS_TITLE } from './triggers/document.ts';
import type { TriggersReport } from './triggers/results.ts';

export interface Measured {
  readonly policies?: BenchReport | undefined;
  readonly triggers?: TriggersReport | undefined;
  readonly accessLog?: AccessLogReport | undefined;
}

/** The committed document after a run: what that did not measure stays as an earlier one found it. */
export function wholeDocument(before: string, { policies, triggers, accessLog }: Measured): string {
  let document = policies ? renderDocument(policies) : before;
  const sections = [
    [GROWTH_TITLE, sectionOf(document, GROWTH_TITLE)],
    [TRIGGERS_TITLE, triggers && renderTriggers(triggers)],
    [ACCESS_LOG_TITLE, accessLog && renderAccessLog(accessLog)],
  ] as const;
  for (const [title, measured] of sections) {
    const text = measured ?? sectionOf(before, title);
    if (text !== undefined) document = withSection(document, title, text, 'Plans');
  }
  return document;
}
