/** Bytes of the claims: what a Supabase token with a little user_metadata has. */
const CLAIM_BYTES = 750;

/** Claims as Supabase Auth signs them, filled up with user_metadata to exactly 750 bytes. */
export function claimsOf(userId: string, sessionId: string, organisationId: string): string {
  const claims = (filler: string) =>
    JSON.stringify({
      iss: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1',
      sub: userId,
      aud: 'authenticated',
      exp: 4102444800,
      iat: 1767225600,
      email: 'staff@bench.example',
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'], organisation_id: organisationId },
      user_metadata: {
        email: 'staff@bench.example',
        email_verified: true,
        phone_verified: false,
        full_name: filler,
      },
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: 1767225600 }],
      session_id: sessionId,
      is_anonymous: false,
    });
  return claims('x'.repeat(CLAIM_BYTES - claims('').length));
}

/** Request headers as PostgREST passes them on. */
export const HEADERS = JSON.stringify({
  host: 'abcdefghijklmnopqrst.supabase.co',
  accept: 'application/json',
  'accept-encoding': 'gzip, br',
  'accept-profile': 'public',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36',
  'x-client-info': 'supabase-js-web/2.109.0',
  'x-forwarded-proto': 'https',
});
