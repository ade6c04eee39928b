/** How much data there is, from one number, so that every size has the same shape. */
export interface World {
  /** Patients; records are twice as many. */
  readonly patients: number;
  readonly organisations: number;
  /** Patients of the one big organisation. */
  readonly bigTenant: number;
  /** Logins per organisation. The second is a doctor, the fifth a receptionist, the last one's membership has ended. */
  readonly staffEach: number;
}

/** Patients of an ordinary organisation. The growth check compares worlds at this constant size. */
const SMALL_TENANT = 475;
const BIG_TENANT = 50_000;

/** At 1,000,000 patients: 2,000 organisations, one of them with 50,000 patients, the others with about 475. */
export function worldOf(patients: number): World {
  const bigTenant = Math.min(BIG_TENANT, Math.floor(patients / 20));
  return {
    patients,
    bigTenant,
    organisations: Math.max(4, Math.round((patients - bigTenant) / SMALL_TENANT)),
    staffEach: 10,
  };
}

/** Places of the people who measure, among the logins of their organisation. */
export const STAFF = { doctor: 1, receptionist: 4, admin: 5, former: 9 } as const;
export type Person = keyof typeof STAFF;

/** Organisation 0 is the big one; any other stands for the small ones. */
export const TENANTS = { big: 0, small: 2 } as const;
export type Tenant = keyof typeof TENANTS;
