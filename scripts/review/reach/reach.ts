/** What a database lets whom do, as its catalog has it. Plain data, so that two of them can be compared. */
export interface Reach {
  readonly roles: readonly Role[];
  readonly relations: readonly Relation[];
  readonly routines: readonly Routine[];
  readonly triggers: readonly Guard[];
  readonly constraints: readonly Guard[];
  readonly doors: readonly Door[];
  readonly decidingRows: readonly DecidingRow[];
}

export interface Role {
  readonly name: string;
  /** Superuser or BYPASSRLS: no policy binds it. */
  readonly isUnbound: boolean;
  /** `bypassrls`, `login`, `createrole` … */
  readonly attributes: readonly string[];
  /** Roles that it can become. */
  readonly becomes: readonly string[];
}

export type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
/** Commands that no policy is asked about. */
type BareCommand = 'TRUNCATE' | 'REFERENCES' | 'TRIGGER' | 'MAINTAIN';

/** A table, view, materialised view, foreign table or sequence. */
export interface Relation {
  /** `public.patients` */
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialised view' | 'foreign table' | 'sequence';
  readonly owner: string;
  /** In the order of the table. */
  readonly columns: readonly string[];
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  /** Of a view: whether it runs with its reader's rights. */
  readonly isInvoker: boolean;
  /** Of a view: its query. */
  readonly definition: string | null;
  /** Relations through which its rows are read too: as their partition or child. */
  readonly parents: readonly string[];
  /** Rules that rewrite statements on it; they run with its owner's rights. */
  readonly rules: readonly string[];
  readonly policies: readonly Policy[];
  /** By role; who holds nothing is left out. */
  readonly held: Readonly<Record<string, Holding>>;
}

export interface Holding {
  readonly SELECT: readonly string[];
  readonly INSERT: readonly string[];
  readonly UPDATE: readonly string[];
  readonly DELETE: boolean;
  readonly bare: readonly BareCommand[];
  /** Policies do not bind this role here: it owns the relation, or bypasses them. */
  readonly isUnbound: boolean;
}

export interface Policy {
  readonly name: string;
  readonly isPermissive: boolean;
  readonly command: Command | 'ALL';
  /** Roles that it applies to, members included. */
  readonly appliesTo: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface Routine {
  /** `authz.holds(text[], text[])` */
  readonly name: string;
  readonly isDefiner: boolean;
  readonly owner: string;
  readonly ownerIsUnbound: boolean;
  readonly volatility: string;
  readonly settings: readonly string[];
  readonly language: string;
  readonly leakproof: boolean;
  /** Its text from CREATE on. */
  readonly definition: string;
  readonly isTrigger: boolean;
  /** Roles that may call it. */
  readonly callers: readonly string[];
  /** What asks it: `policy provider_select on public.patients`, `trigger …`, `view …`, `check …`. */
  readonly askedBy: readonly string[];
}

/** A trigger or constraint: something that refuses. */
export interface Guard {
  readonly on: string;
  readonly name: string;
  /** Without its name: under another one it guards the same. */
  readonly definition: string;
  /** Of a trigger: `always`, `enabled`, `replica`, `disabled`. */
  readonly state: string;
}

/** Anything else that opens something: use of a schema, a default privilege, a publication, a setting. */
export interface Door {
  /** Tells it apart. */
  readonly key: string;
  /** Empty where it is no role's in particular. */
  readonly realm: string;
  /** Whom it opens to, where that is no role. */
  readonly who: string | null;
  /** What it is, behind "can now" or "can no longer". */
  readonly opens: string;
}

/** A row of a table that rules read, in the schema authz: a transition that may be made, a setting of the deployment. */
export interface DecidingRow {
  readonly table: string;
  readonly row: string;
}
