/**
 * The words that access rules are written in. Rules are literal data, kept close to neonpro's AccessPolicy, so that a
 * clinician can review them; scripts/policy/ compiles them to SQL and to the expected access matrix.
 * This file imports nothing, and the rule files import nothing else.
 */

/** Roles that a membership of an organisation can carry, highest rank first. */
export const PROVIDER_ROLES = ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'] as const;
/** One of `PROVIDER_ROLES`. */
export type ProviderRole = (typeof PROVIDER_ROLES)[number];

/** Roles of operations (`ops_members`). `admin` administers organisations and has no health data by role. */
export const OPS_ROLES = ['admin', 'ops_agent', 'auditor'] as const;
/** One of `OPS_ROLES`. */
export type OpsRole = (typeof OPS_ROLES)[number];

/** Rank decides escalation only: nobody grants a rank at or above their own. Access is decided by role sets. */
export const ROLE_RANK = {
  admin: 100,
  clinic_admin: 90,
  doctor: 80,
  nurse: 70,
  assistant: 60,
  receptionist: 50,
  patient: 10,
  anonymous: 0,
} as const satisfies Record<ProviderRole | 'admin' | 'patient' | 'anonymous', number>;

/** What a membership may carry beside its role, because no rank says it. */
export const CAPABILITIES = [
  'finance',
  'transport',
  'break_glass',
  'privacy_officer',
  'insights_admin',
  'auditor',
] as const;
/** One of `CAPABILITIES`. */
export type Capability = (typeof CAPABILITIES)[number];

/**
 * Whose rule it is, and the Postgres role behind it. One side's policies can never touch another's.
 * `service` bypasses row-level security, so that only its grants count; `definer` is the owner of definer functions; `insights`
 * owns the one function that makes what leaves for Smart Insights, so that its grants say what can (S-23).
 */
export const REALM_ROLE = {
  provider: 'authenticated',
  patient: 'patient',
  internal_ops: 'internal_ops',
  anon: 'anon',
  definer: 'cordon_definer',
  insights: 'cordon_insights',
  service: 'service_role',
} as const;
/** One of `REALMS`. */
export type Realm = keyof typeof REALM_ROLE;
/** Every realm that rules are written for. */
export const REALMS = Object.keys(REALM_ROLE) as readonly Realm[];

/** Realms of callers: each has a fence on every table, also where no rule opens anything. */
export const FENCED_REALMS = [
  'provider',
  'patient',
  'internal_ops',
  'anon',
] as const satisfies readonly Realm[];
/** One of `FENCED_REALMS`. */
export type FencedRealm = (typeof FENCED_REALMS)[number];

/** How sensitive a table is: a column more sensitive than its table moves to a side table. */
export const LEVEL_RANK = {
  PUBLIC: 0,
  INTERNAL: 25,
  CONFIDENTIAL: 50,
  RESTRICTED: 75,
  HIGHLY_RESTRICTED: 100,
} as const;
type Level = keyof typeof LEVEL_RANK;

/** What a table is about. */
export const DOMAINS = ['clinical', 'financial', 'identity', 'ops'] as const;
type Domain = (typeof DOMAINS)[number];

/** What the matrix probes. No rule opens DELETE: rows are archived, never removed by a caller. */
export const OPERATIONS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
/** One of `OPERATIONS`. */
export type Operation = (typeof OPERATIONS)[number];
/** What a rule can open. */
export const RULE_OPERATIONS = ['SELECT', 'INSERT', 'UPDATE'] as const satisfies readonly Operation[];
/** One of `RULE_OPERATIONS`. */
export type RuleOperation = (typeof RULE_OPERATIONS)[number];

/** What of a decision is recorded: denials, every decision, or also each row that satisfied the policy. */
export const AUDIT_LEVELS = ['basic', 'detailed', 'comprehensive'] as const;
type AuditLevel = (typeof AUDIT_LEVELS)[number];

/**
 * A window of the day in the organisation's own time zone: half-open, whole hours 0 to 24, across midnight where it
 * starts later than it ends. `business`: the window that the organisation has set for itself.
 */
export type Hours = 'business' | { readonly start: Hour; readonly end: Hour };
// biome-ignore format: one line is the day
type Hour = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24;

/** Purposes that a session can name (`set_context`, header `x-purpose`); the rows of `consent_purposes`. */
export const PURPOSES = [
  'data_view',
  'treatment',
  'scheduling',
  'billing',
  'general_operations',
  'ops_handoff',
  'insurer_disclosure',
  'transfer_disclosure',
  'research',
  'marketing',
] as const;
type Purpose = (typeof PURPOSES)[number];

/** Purposes whose consent a row can depend on: the row then carries `<purpose>_consent_until`. */
export const CONSENT_PURPOSES = ['treatment'] as const;
type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/**
 * What a row must satisfy. Every condition of a rule must hold (N-25).
 *
 * - `not_archived`: nobody has archived the row.
 * - `active`: its status is active (N-27).
 * - `proposed`: its status is proposed; a consent becomes active only by the patient.
 * - `own_user`, `other_user`: the row belongs to the caller, or to somebody else.
 * - `colleague`: the row's user is or was a member of the current organisation.
 * - `below_own_rank`: the row's rank lies below the caller's (N-05).
 * - `own_patient`: the caller holds a live account for the row's patient (N-15).
 * - `own_organisation`: the caller is a patient of the row's organisation.
 * - `unarchived`: not archived, nor by the write itself: who may change the row may not archive it.
 * - `patient_active`: the row's patient is active and not archived; the row carries `patient_status` (N-27).
 * - `unsegmented`: the record carries no specially protected segment (HIV, PSY, SDV, ETH).
 * - `financial`: the row is of a financial kind: it is financial data, whatever else its table holds.
 * - `attached`: operations have attached the row to a case of theirs, which freezes it for the clinic (S-34).
 * - `handed_over`: operations hold it: see `handedOverBy` of the table.
 * - `unexpired`: its `expires_at` lies ahead (N-24).
 * - `treating`: the caller treats the row's patient at this moment, and no restriction of the patient's shuts them out (N-21).
 * - `{ consent }`: the row's patient consents to the purpose at this moment (N-45).
 */
export const CONDITIONS = [
  'own_organisation',
  'own_user',
  'other_user',
  'colleague',
  'below_own_rank',
  'own_patient',
  'active',
  'proposed',
  'not_archived',
  'unarchived',
  'patient_active',
  'unsegmented',
  'financial',
  'attached',
  'handed_over',
  'unexpired',
  'treating',
] as const;
/** A condition that takes no argument: one of `CONDITIONS`. */
export type PlainCondition = (typeof CONDITIONS)[number];
interface ConsentCondition {
  readonly consent: ConsentPurpose;
}
/** What a row must satisfy: a word of `CONDITIONS`, or a consent to a purpose. */
export type Condition = PlainCondition | ConsentCondition;

const ANY_REALM = ['not_archived', 'active', 'proposed', 'own_user', 'other_user'] as const;

/** Which conditions a realm can be asked for. */
export const REALM_CONDITIONS = {
  provider: [
    ...ANY_REALM,
    'colleague',
    'below_own_rank',
    'unarchived',
    'patient_active',
    'unsegmented',
    'financial',
    'unexpired',
    'treating',
    'consent',
  ],
  patient: [...ANY_REALM, 'own_patient', 'own_organisation'],
  internal_ops: [...ANY_REALM, 'attached', 'handed_over', 'unsegmented', 'unexpired'],
  anon: ['not_archived', 'active'],
  definer: [],
  insights: ['colleague'],
  service: [],
} as const satisfies Record<Realm, readonly (PlainCondition | 'consent')[]>;

/** What stands in the list of a realm, with `consent` as it is written in a rule. */
type ConditionOf<
  R extends Realm,
  Name extends string = (typeof REALM_CONDITIONS)[R][number],
> = Name extends 'consent' ? ConsentCondition : Name;
type ProviderCondition = ConditionOf<'provider'>;
type PatientCondition = ConditionOf<'patient'>;
type OpsCondition = ConditionOf<'internal_ops'>;
type AnonCondition = ConditionOf<'anon'>;
type InsightsCondition = ConditionOf<'insights'>;

type NonEmpty<T> = readonly [T, ...T[]];
type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
/** A promise of the seeds: `S-01` … `S-39`, `N-01` … `N-54`. */
export type RequirementId = `${'S' | 'N'}-${Digit}${Digit}`;

interface RuleBase {
  readonly auditLevel: AuditLevel;
  readonly requirements: NonEmpty<RequirementId>;
}
/** Reads may list columns (else all of them); writes must, because a write grant without a list is never meant. */
type Reads = { readonly operation: 'SELECT'; readonly columns?: NonEmpty<string> };
type Writes = { readonly operation: 'INSERT' | 'UPDATE'; readonly columns: NonEmpty<string> };

/** Staff of an organisation. `any`: every live member. Roles are alternatives; all capabilities must be held. */
export type ProviderRule = RuleBase & {
  readonly realm: 'provider';
  readonly roles: NonEmpty<ProviderRole> | 'any';
  readonly capabilities?: NonEmpty<Capability>;
  readonly conditions?: readonly ProviderCondition[];
  /** When, by the clock on the organisation's wall (N-28). */
  readonly hours?: Hours;
  /** From the networks that the organisation has listed, where it has listed any (N-28). */
  readonly network?: true;
  /** Where the session names a purpose, one of these: it narrows, and never opens (N-48). */
  readonly purposes?: NonEmpty<Purpose>;
  /**
   * A live emergency grant for the row's patient stands in for hours, treating and consent; never for the tenant, the
   * role, the network, an archived row or a patient's explicit refusal (N-18).
   */
  readonly emergencyBypass?: true;
} & (Reads | Writes);

/** Operations. They stand outside every tenant: only what is handed to them, and never by membership. */
export type OpsRule = RuleBase & {
  readonly realm: 'internal_ops';
  readonly roles: NonEmpty<OpsRole> | 'any';
  readonly conditions?: readonly OpsCondition[];
} & (Reads | Writes);

/** A patient's portal login. The realm has no roles: what is own is decided by conditions. */
export type PatientRule = RuleBase & {
  readonly realm: 'patient';
  readonly conditions?: readonly PatientCondition[];
} & (Reads | Writes);

/** Nobody signed in. Columns are always listed. */
export type AnonRule = RuleBase & {
  readonly realm: 'anon';
  readonly operation: 'SELECT';
  readonly columns: NonEmpty<string>;
  readonly conditions?: readonly AnonCondition[];
};

/** The owner of definer functions sees every tenant, so each rule lists its columns and says why. */
export type DefinerRule = RuleBase & {
  readonly realm: 'definer';
  readonly operation: RuleOperation;
  readonly columns: NonEmpty<string>;
  /** One line: which function needs it, and for what. */
  readonly reason: string;
};

/**
 * What Smart Insights counts and names: columns of tables up to INTERNAL, of the organisation that switched it on and for as long as it
 * is on.
 */
export type InsightsRule = RuleBase & {
  readonly realm: 'insights';
  readonly operation: 'SELECT';
  readonly columns: NonEmpty<string>;
  readonly conditions?: readonly InsightsCondition[];
  /** One line: what of the payload needs it. */
  readonly reason: string;
};

/** The server's own key. It bypasses policies, so that only grants and the pin trigger (S-05) bind it. */
export type ServiceRule = RuleBase & {
  readonly realm: 'service';
  readonly operation: RuleOperation;
};

/** A rule of any realm. Rules of a table, realm and operation are alternatives; within one everything must hold. */
export type Rule = ProviderRule | OpsRule | PatientRule | AnonRule | DefinerRule | InsightsRule | ServiceRule;

/** A fence is a realm's outermost reach. `everyone`: all of the realm; `member`, `operator`: any live one. */
export type FenceCondition = PlainCondition | 'everyone' | 'member' | 'operator';
interface Fence {
  readonly provider?: NonEmpty<'everyone' | 'member' | 'own_user' | 'colleague'>;
  readonly patient?: NonEmpty<'everyone' | 'own_user'>;
  readonly internal_ops?: NonEmpty<'operator'>;
  readonly anon?: NonEmpty<'everyone'>;
}

interface TableBase {
  /** Where the table stands, if not in `public`. */
  readonly schema?: 'public' | 'authz' | 'audit' | 'governance';
  readonly tableName: string;
  readonly level: Level;
  readonly domain: Domain;
  /** The column that names the patient, where a condition needs it: `id` on patients and their 1:1 side tables. */
  readonly patientKey?: 'id' | 'patient_id';
  /** The column by which `evaluate_policy` finds a row, if not `id`; null where no UUID names one. */
  readonly rowKey?: 'user_id' | 'organisation_id' | null;
  /**
   * The column that freezes the row for everybody but operations once it is set (S-34). A trigger enforces it, never a policy: a
   * hidden row would not tell of the attempt. `evaluate_policy` says so.
   */
  readonly frozenBy?: 'case_id';
  /**
   * What links a row to a case that operations hold, from the handoff until the case is closed: its own `case_id`, any case of its patient
   * (and, for a chart, health at a glance and files, a consent of theirs to ops_handoff), or a case of whoever lies in the bed.
   */
  readonly handedOverBy?: 'case' | 'patient' | 'consenting_patient' | 'bed';
}
/** The tenant's column gives the fences by itself: `id` is the key of organisations. */
type Tenancy =
  | { readonly tenantKey: 'organisation_id' | 'id'; readonly fence?: never }
  /** Without a tenant, each realm's reach must be written down; a realm left out reaches nothing. */
  | { readonly tenantKey: null; readonly fence: Fence };
type Opening =
  | { readonly rules: NonEmpty<Rule>; readonly closed?: never }
  /** No caller, service and function reaches it; the reason says who does. */
  | { readonly rules: readonly []; readonly closed: string };

/** Everything that anybody may do with one table. What is not written here is denied. */
export type TablePolicy = TableBase & Tenancy & Opening;

/**
 * A `security_invoker` view: it shows what the caller's own rules on the tables beneath show, and nothing else. Or, with `ownersRights`, what our
 * functions look up where their own owner may not.
 */
export interface ViewPolicy {
  readonly schema?: 'public' | 'authz';
  readonly viewName: string;
  /** The tables that it joins: of `public`, else with their schema. A realm that reads the view must be able to read each of them. */
  readonly over: NonEmpty<string>;
  readonly readers: { readonly [R in Realm]?: 'all' | NonEmpty<string> };
  /** Why it runs with its owner's rights. Then it belongs to schema `authz` and is for realm `definer` alone. */
  readonly ownersRights?: string;
  readonly requirements: NonEmpty<RequirementId>;
}

/** Declares a table's rules; the types refuse what no table can mean. Not generic, so that a misspelt key is refused. */
export function defineTable(table: TablePolicy): TablePolicy {
  return table;
}

/** Declares a view's readers. */
export function defineView(view: ViewPolicy): ViewPolicy {
  return view;
}

/** What the server's own key may do with almost every table: never delete, and each write pinned to its tenant. */
export const SERVICE_RULES = [
  { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  { operation: 'INSERT', realm: 'service', auditLevel: 'detailed', requirements: ['S-05'] },
  { operation: 'UPDATE', realm: 'service', auditLevel: 'detailed', requirements: ['S-05'] },
] as const satisfies readonly ServiceRule[];
