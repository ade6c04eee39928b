import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** `section.key` → value, of the part of TOML that the file uses: sections, and a JSON value a line. */
function settingsOf(text: string): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  let section = '';
  for (const line of text.split('\n')) {
    const head = /^\[([\w.]+)\]$/.exec(line);
    const pair = /^(\w+) = (.+)$/.exec(line);
    if (head) section = `${head[1]}.`;
    else if (pair) found.set(`${section}${pair[1]}`, JSON.parse(pair[2] as string));
    else if (line !== '' && !line.startsWith('#')) throw new Error(`neither section nor setting: ${line}`);
  }
  return found;
}
const settings = settingsOf(readFileSync('supabase/config.toml', 'utf8'));

describe('supabase/config.toml', () => {
  test('enables the hook by a name that Supabase Auth may execute, and callers may not [N-16 S-12 +]', async () => {
    expect(settings.get('auth.hook.custom_access_token.enabled')).toBe(true);
    const uri = new URL(String(settings.get('auth.hook.custom_access_token.uri')));
    expect(uri.protocol).toBe('pg-functions:');
    const [, schema, name] = uri.pathname.split('/');
    const rows = await database().asSuperuser((session) =>
      session.rows(
        `select r.rolname from pg_roles as r
         where has_function_privilege(r.oid, format('%I.%I(jsonb)', $1::text, $2::text), 'execute')
           and has_schema_privilege(r.oid, $1, 'usage')
           and r.rolname in ('anon', 'authenticated', 'internal_ops', 'patient', 'service_role', 'supabase_auth_admin')`,
        [schema, name],
      ),
    );
    expect(rows).toEqual([{ rolname: 'supabase_auth_admin' }]);
  });

  test.each([
    ['an invitation is bound to a confirmed address', 'auth.email.enable_confirmations', true],
    ['a change of address is confirmed in both mailboxes', 'auth.email.double_confirm_changes', true],
    ['nobody is signed in without an address', 'auth.enable_anonymous_sign_ins', false],
    ['nobody is signed in by a number', 'auth.sms.enable_signup', false],
    ['refresh tokens rotate', 'auth.enable_refresh_token_rotation', true],
    ['a session found open sets no password', 'auth.email.secure_password_change', true],
    ['a login has one way in', 'auth.enable_manual_linking', false],
    ['a second factor can be enrolled', 'auth.mfa.totp.enroll_enabled', true],
    ['and is asked for', 'auth.mfa.totp.verify_enabled', true],
  ])('says what the code counts on: %s [S-12 S-13 +]', (_, key, value) => {
    expect(settings.get(key)).toBe(value);
  });

  test('bounds what no session check sees: tokens live an hour, sessions a day [S-13 N-53 +]', () => {
    expect(settings.get('auth.jwt_expiry')).toBeLessThanOrEqual(3600);
    expect(settings.get('auth.sessions.timebox')).toBe('24h');
    expect(settings.get('auth.email.otp_expiry')).toBeLessThanOrEqual(3600);
    expect(settings.get('auth.minimum_password_length')).toBeGreaterThanOrEqual(12);
  });

  test('exposes no schema in which callers may name helpers [N-09 N-11 -]', async () => {
    expect(settings.get('api.schemas')).toEqual(['public']);
  });
});
