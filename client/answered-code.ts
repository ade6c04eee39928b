/** Of the database, supabase-js and PostgREST; texts that somebody wrote have another form. */
const CODE = /^[A-Z0-9]{5,8}$/;

/** The code of an error that one of them gave, or undefined where it has none that may be shown. */
export function answeredCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}
