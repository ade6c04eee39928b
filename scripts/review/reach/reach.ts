/** What a database lets whom do, as its catalog has it. Plain data, so that two of them can be compared. */
export interface Reach {
  readonly roles: readonly Role[];
  readonly relations: readonly Relation[];
  readonly routines: readonly Routine[];
  readonly triggers: readonly Guard[];
  readonly constraints: readonly Guard[];
  readonly doors: readonly Door[];
  readonly settings: readonly Setting[];
  readonly decidingRows: readonly DecidingRow[];
  readonly extensions: readonly Extension[];
}

export interface Role {
  readonly name: string;
  /** Superuser or BYPASSRLS: no policy binds it. */
  readonly isUnbound: boolean;
  /** `bypassrls`, `login`, `createrole` … */
  readonly attributes: readonly string[];
  /** Roles that it can become. */
  readonly becomes: readonly string[];
  /** Of those, the ones whose rights it has without becoming them. */
  readonly inherits: readonly string[];
  /** Roles that it can make others members of. */
  readonly passesOn: readonly string[];
}

export type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** A table, view, materialised view, foreign table or sequence. */
export interface Relation {
  /** `public.patients` */
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialised view' | 'foreign table' | 'sequence';
  readonly owner: string;
  /** In the order of the table. */
  readonly columns: readonly string[];
  /** Of the columns: what tells them apart under whatever name. */
  readonly numbers: readonly number[];
  /** Of the columns, those that hold several values in one. */
  readonly composites: readonly string[];
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  /** Of a view: whether it runs with its reader's rights. */
  readonly isInvoker: boolean;
  /** Whether triggers stand on it. */
  readonly isTriggered: boolean;
  /** Of a view: whether it keeps what it filters out from its reader's functions, and from what is written through it. */
  readonly filters: string;
  /** Of a view: its query; of a foreign table: where it reads. */
  readonly definition: string | null;
  /** Of a view: the relations that its query names. */
  readonly shows: readonly string[];
  /** Roles that may name what stands in its schema. */
  readonly nameableBy: readonly string[];
  /** Relations through which its rows are read too: as their partition or child. */
  readonly parents: readonly string[];
  /** Of a table: whether its rows are in the log, and so outlive a crash. */
  readonly isLogged: boolean;
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
  readonly bare: readonly string[];
  /** Policies do not bind this role here: it owns the relation, or bypasses them. */
  readonly isUnbound: boolean;
}

export interface Policy {
  readonly name: string;
  readonly isPermissive: boolean;
  readonly command: Command | 'ALL';
  /** Roles that it names. */
  readonly to: readonly string[];
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
  /** What else decides how it answers, as a sentence goes on. */
  readonly traits: readonly string[];
  /** Arguments with their defaults, and what it returns. */
  readonly signature: string;
  readonly body: string;
  readonly isTrigger: boolean;
  /** Roles that may call it. */
  readonly callers: readonly string[];
  /** What asks it: `policy provider_select on public.patients`, `trigger …`, `view …`, `check …`. */
  readonly askedBy: readonly string[];
}

/** A trigger or constraint, or a column's identity: something that refuses. */
export interface Guard {
  readonly on: string;
  /** `trigger`, `check`, `foreign key`, `not null` … */
  readonly kind: string;
  readonly name: string;
  /** Without its name: under another one it guards the same. */
  readonly definition: string;
  /** Of a trigger: `always`, `enabled`, `replica`, `disabled`. Of anything else: `proven`, or `unproven` where it is not valid. */
  readonly state: string;
  /** Of one that was switched by itself: the state that it would have as part of something else. */
  readonly instead?: string | null;
}

/** Anything else that opens something: use of a schema, a default privilege, a publication. */
export interface Door {
  /** Empty where it is no role's in particular. */
  readonly realm: string;
  /** Whom it opens to, where that is no role. */
  readonly who?: string | null;
  /** What can be done, and to what, behind "can now" or "can no longer": `read` and `every table that …`. */
  readonly verb: string;
  readonly object: string;
  /** Read as what the role can do, by whatever grant or membership; else as a grant to the role itself. */
  readonly isInherited?: boolean;
  /** Of a table that is published: which of its columns. */
  readonly columns?: readonly string[] | null;
  /** What else it says: under another one nobody knows whether it is wider. */
  readonly state?: string;
  /** What else it says and nobody may read: a login may hold a password. */
  readonly digest?: string | null;
}

/** A setting that sessions begin with. */
export interface Setting {
  /** Empty where it is everybody's. */
  readonly realm: string;
  readonly name: string;
  /** A digest. */
  readonly value: string;
}

/** A row of a table that rules read, in the schema authz: a transition that may be made, a setting of the deployment. */
export interface DecidingRow {
  readonly table: string;
  /** Of its primary key; empty where it has none. */
  readonly key: string;
  readonly says: Readonly<Record<string, string | null>>;
}

/** An extension, and what it holds: a dump leaves that out, and so does whoever counts an extension's objects as nobody's. */
export interface Extension {
  /** What tells it apart from one of the same name that was made anew. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly members: readonly Member[];
}

export interface Member {
  readonly id: string;
  /** `view public.leak` */
  readonly what: string;
  /** Whether it stands where the extension has its own objects. */
  readonly isAtHome: boolean;
}
