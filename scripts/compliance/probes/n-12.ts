import { probe, refused, sees } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';

export const n12 = probe('N-12', [
  sees(
    'doctor',
    'control: a live login chooses its clinic',
    `select public.set_context('${CLINIC_A}')`,
    CLINIC_A,
  ),
  refused('doctor', 'and no other', `select public.set_context('${CLINIC_B}')`, '42501'),
  refused(
    'signedOut',
    'a session that has ended chooses none',
    `select public.set_context('${CLINIC_A}')`,
    '42501',
  ),
  refused('recovering', 'nor does a recovery link', `select public.set_context('${CLINIC_A}')`, '42501'),
  refused('anonymousSignIn', 'nor an anonymous one', `select public.set_context('${CLINIC_A}')`, '42501'),
]);
