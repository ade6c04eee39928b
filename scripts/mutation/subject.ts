export interface PolicySubject {
  readonly relation: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly permissive: boolean;
  /** Restrictive and for all commands: what a realm reaches at most. */
  readonly isFence: boolean;
  readonly using: string | null;
  readonly check: string | null;
}

export interface RelationSubject {
  readonly relation: string;
  readonly isView: boolean;
  readonly isSecured: boolean;
  readonly isForced: boolean;
  /** The query of a view, and its options as `with (…)` takes them. */
  readonly query: string | null;
  readonly options: string | null;
  readonly columns: readonly string[];
  /** `select`, or `select (mrn)`, by role. */
  readonly held: Readonly<Record<string, readonly string[]>>;
}

export interface FunctionSubject {
  readonly name: string;
  /** Its name, where the server counts its calls: one in SQL may be inlined and is not counted then. */
  readonly calls: string | null;
  readonly signature: string;
  readonly language: string;
  readonly returns: string;
  readonly isDefiner: boolean;
  readonly setsPath: boolean;
  readonly owner: string;
  readonly definition: string;
  readonly body: string;
  readonly executors: readonly string[];
}
