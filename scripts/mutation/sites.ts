import { escapeIdentifier } from '../postgres/quote.ts';
import type { FunctionSubject, PolicySubject, RelationSubject } from './subject.ts';
import { type Token, tokensOf } from './tokens.ts';

/** One text of the catalog that holds conditions, and how to install another in its place. */
export interface Site {
  readonly kind: 'policy' | 'view' | 'function';
  readonly subject: string;
  /** Where within the subject, to put before what is changed there: `provider_select using: `. */
  readonly place: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly install: (text: string) => string;
  readonly undo?: string;
  readonly role?: string | undefined;
  readonly calls?: string | null;
}

/** Every text that holds conditions. */
export function sitesOf(
  policies: readonly PolicySubject[],
  relations: readonly RelationSubject[],
  functions: readonly FunctionSubject[],
): readonly Site[] {
  return [
    ...policies.flatMap(sitesOfPolicy),
    ...relations.flatMap(siteOfView),
    ...functions.map(
      ({ name, calls, body, definition }): Site => ({
        kind: 'function',
        subject: name,
        calls,
        place: '',
        text: body,
        tokens: withoutHandlers(tokensOf(body)),
        install: (text) => withBody(definition, body, text),
        undo: definition,
      }),
    ),
  ];
}

/** A function's definition with another body. */
export function withBody(definition: string, body: string, text: string): string {
  const at = definition.lastIndexOf(body);
  return definition.slice(0, at) + text + definition.slice(at + body.length);
}

function sitesOfPolicy({ relation, name, roles, using, check }: PolicySubject): readonly Site[] {
  return (
    [
      ['using', using],
      ['with check', check],
    ] as const
  ).flatMap(([clause, text]): Site[] =>
    text === null
      ? []
      : [
          {
            kind: 'policy',
            subject: relation,
            place: `${name} ${clause}: `,
            text,
            tokens: tokensOf(text),
            install: (changed) => `alter policy ${name} on ${relation} ${clause} (${changed})`,
            role: roles[0],
          },
        ],
  );
}

function siteOfView({ relation, query, options }: RelationSubject): readonly Site[] {
  if (query === null) return [];
  return [
    {
      kind: 'view',
      subject: relation,
      place: '',
      text: query,
      tokens: tokensOf(query),
      install: (text) =>
        `create or replace view ${relation}${options ? ` with (${options})` : ''} as ${text}`,
    },
  ];
}

/** The words of a body without what its exception handlers wait for: `when a or b` is no condition. */
function withoutHandlers(tokens: readonly Token[]): readonly Token[] {
  let state: 'code' | 'handlers' | 'waits' = 'code';
  return tokens.filter((token, index) => {
    if (token.word === 'exception' && tokens[index - 1]?.text === ';') state = 'handlers';
    else if (state === 'handlers' && token.word === 'when' && token.depth === 0) state = 'waits';
    else if (state === 'waits' && token.word === 'then') state = 'handlers';
    else return state !== 'waits';
    return true;
  });
}

/** Names a role in a statement: the catalog knows it unquoted. */
export const roleName = escapeIdentifier;
