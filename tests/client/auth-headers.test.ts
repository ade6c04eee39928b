import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAuth } from '../../client/auth.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { encoded, HOUR, now, type Project, startProject } from '../support/auth/project.ts';

let project: Project;
beforeAll(async () => {
  project = await startProject('headers');
});
afterAll(() => project.close());
beforeEach(() => {
  project.headers = {};
});

const CHOICE = {
  'x-organisation-id': CLINIC_A,
  'x-purpose': 'treatment',
  'x-justification': 'a visit of today',
};

/** supabase-js of one request, of somebody who is signed in. */
function supabaseWith(headers?: Readonly<Record<string, string>>) {
  const session = { access_token: project.token(), refresh_token: 'r', expires_at: now() + HOUR };
  const cookies = `__Host-cordon-auth=base64-${encoded(session)}`;
  const auth = createAuth({ url: project.url, key: 'a key' }, { cookies, append: () => {}, headers });
  return { supabase: auth.supabase, token: session.access_token };
}

test('what a request chooses goes along with each question of its client, beside the caller’s token [N-23 N-53 +]', async () => {
  const { supabase, token } = supabaseWith(CHOICE);
  for (const ask of [
    () => supabase.from('patients').select('id'),
    () => supabase.rpc('search_patients', {}),
    () => supabase.storage.from('patient-documents').createSignedUrl('a', 60),
  ]) {
    project.headers = {};
    await ask();
    expect(project.headers).toMatchObject({ ...CHOICE, authorization: `Bearer ${token}`, apikey: 'a key' });
  }
});

test('the next request, which chooses nothing, sends nothing of it [N-23 -]', async () => {
  await supabaseWith(CHOICE).supabase.from('patients').select('id');
  expect(project.headers).toMatchObject(CHOICE);
  const { supabase, token } = supabaseWith();
  await supabase.from('patients').select('id');
  expect(project.headers).toMatchObject({ authorization: `Bearer ${token}` });
  for (const name of Object.keys(CHOICE)) expect(project.headers).not.toHaveProperty(name);
});

test('a header in other letters is refused by its name, and not sent as others [N-36 -]', () => {
  for (const why of ['paciente – urgência', 'urgência', 'a\nb'])
    expect(() => supabaseWith({ ...CHOICE, 'x-justification': why })).toThrow(
      /^the header x-justification is not ASCII(?!.*paciente)/,
    );
});
