import { probe } from '../probe.ts';

export const s07 = probe('S-07', [], { needs: ['public.documents', 'authz.is_object_path()'] });
